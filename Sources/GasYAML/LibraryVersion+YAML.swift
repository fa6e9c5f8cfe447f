import CYAML
import GasBase

extension [LibraryVersion] {
  /// What parses YAML.
  package static var ofYAML: [LibraryVersion] { [LibraryVersion("libyaml", yaml_get_version_string())] }
}
