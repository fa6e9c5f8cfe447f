/// A node of the graph: words of one meaning, with the relations to other meanings and a definition.
struct Synset: Equatable {
  /// The part of speech, which has a file of its own: offsets are unique within one.
  enum Part: Character, CaseIterable {
    case noun = "n"
    case verb = "v"
    case adjective = "a"
    case adverb = "r"

    var fileName: String {
      switch self {
      case .noun: "data.noun"
      case .verb: "data.verb"
      case .adjective: "data.adj"
      case .adverb: "data.adv"
      }
    }

    /// Reads WordNet's letter. Adjective satellites ("s") are among the adjectives.
    init?(code: Character) {
      self.init(rawValue: code == "s" ? "a" : code)
    }
  }

  /// The key by which pointers name a synset.
  struct Key: Hashable {
    var part: Part
    var offset: Int
  }

  /// WordNet's lexicographer files, noun.Tops to adj.ppl, are numbered 0 to 44.
  static let lexicographerFileCount = 45

  var key: Key
  var lexicographerFile: Int
  var firstWord: String
  var pointers: [Key]
  /// The gloss without its examples.
  var definition: String

  /// A name for people, such as `dog.n.02084071`.
  var name: String {
    let digits = String(key.offset)
    return "\(firstWord).\(key.part.rawValue).\(String(repeating: "0", count: max(0, 8 - digits.count)))\(digits)"
  }
}
