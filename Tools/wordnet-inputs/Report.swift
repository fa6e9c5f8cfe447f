import GasBase

/// The report that the tool prints at the end.
struct Report: Encodable {
  var path: String
  var nodes: Int
  var pointers: Int
  var words: Int
  var wordsPerNode: Double
  var nodesWithoutWords: Int
  var train: Int
  var validation: Int
  var test: Int

  init(_ wordNet: WordNet, _ bag: BagOfWords, _ split: NodeSplit, path: String) {
    self.path = path
    nodes = wordNet.synsets.count
    pointers = wordNet.edges.count
    words = bag.vocabulary.count
    wordsPerNode = Double(bag.columns.count) / Double(max(1, nodes))
    nodesWithoutWords = bag.emptyRowCount
    train = split.train.count
    validation = split.validation.count
    test = split.test.count
  }
}

extension Report {
  var text: String {
    """
    synsets        \(nodes), \(pointers) pointers between them
    words          \(words), \(Units.decimals(wordsPerNode, 1)) a synset (\(nodesWithoutWords) synsets have none of them)
    split          train \(train), val \(validation), test \(test)
    written to     \(path)
    """
  }
}
