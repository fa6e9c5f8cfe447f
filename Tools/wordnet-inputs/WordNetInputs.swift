import ArgumentParser
import GasBase
import GasTool

@main
struct WordNetInputs: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "wordnet-inputs",
    abstract: "Turns WordNet into a graph with features, labels and splits, as plain files for gas-ingest.",
    discussion: """
      Nodes are the 117659 synsets, edges the pointers between them, features the words of their glosses (the
      definition, not the examples), labels the 45 lexicographer files (noun.animal, verb.motion, …) that synsets are filed
      under.

      The graph helps because hypernyms and hyponyms, half of all pointers, stay within a lexicographer file in 95 % of the
      cases. Derivations (+), a fifth, join nouns to verbs and adjectives and hardly ever do. Neither the part of speech nor the
      kind of a pointer is given to the model. The split is drawn at random over all nodes.

      Files written: edges.npy, features.npz, labels.npy, train.npy, val.npy, test.npy, and for people names.txt (line i
      names node i) and words.txt (line i is the word of feature i). Files of an earlier call are replaced.
      """)

  static func main() { Program.run(Self.self) }

  @Argument(help: "WordNet's folder, with data.noun, data.verb, data.adj and data.adv.", completion: .directory)
  var wordNet = "/usr/share/wordnet"
  @Option(help: "Folder to write to.", completion: .directory)
  var output: String
  @Option(help: "Words in the vocabulary, the most frequent ones.")
  var words = 3000
  @Option(help: "Share of the nodes to train on; validation gets as many, test the rest.")
  var trainShare = 0.1
  @Option(help: "Seed of the split.")
  var seed: UInt64 = 1
  @OptionGroup var shared: OutputOptions

  func validate() throws {
    guard words > 0 else { throw ValidationError("--words takes a count of at least 1; found \(words)") }
    guard trainShare > 0 && trainShare < 0.5 else {
      throw ValidationError("--train-share takes a number above 0 and below 0.5; found \(trainShare)")
    }
  }

  func run() throws {
    try shared.reportingErrors {
      let wordNet = try WordNet(folder: self.wordNet)
      let bag = BagOfWords(wordNet.synsets.map(\.definition), vocabularySize: words)
      let split = NodeSplit(nodeCount: wordNet.synsets.count, trainShare: trainShare, seed: seed)
      let folder = try InputFolder(output)
      try folder.write(wordNet)
      try folder.write(bag)
      try folder.write(split)
      let report = Report(wordNet, bag, split, path: output)
      try shared.print(plain: report) { report.text }
    }
  }
}
