extension SchemaTable {
  /// What `gas-ingest` prints.
  static let ingest = #"""
    ingest
      store text: The folder of the store.
      nodes count: The number of nodes.
      edges EdgeCounts: What became of the edges of the input.
      commentLines count: Lines of the edge files that were skipped as comments.
      notes [text]: What was assumed about the input, and what may be surprising in it.
      duplicates 'first'|'sum'|'max'|'min'|'mean': What became of the weights of repeated edges.
      isDirected flag: Whether edges have one direction.
      isWeighted flag: Whether edges have weights.
      edgeFeatureWidth count?: Features of an edge; absent if there are none.
      partitioner text: The partitioner that has divided the graph.
      partitionerReason text?: Why this partitioner was used, if it was chosen automatically.
      nodeOrder 'border'|'original': The order of the nodes in a partition.
      emptyPartitionsRemoved count: Partitions that the partitioner left without nodes; they are not in the store.
      partitions [PartitionSizes]: The partitions of the store.
      featureWidth count?: Features of a node; absent if there are none.
      areFeaturesSparse flag?: Whether features are stored sparse; absent if there are none.
      labelKind text?: Whether nodes have one class each, any number of labels, or real values; absent if there are none.
      classCount count?: The number of classes or labels, or of values of a node.
      classNodes [count]?: How many nodes have each class or label, if there are at most 2^16 of these.
      unlabelledNodes count?: Of how many nodes nothing is known: no class, none of several labels, no value.
      missingLabels count?: How many of several labels are missing, over all nodes; absent with other kinds.
      labelValues [ValueColumn]?: What the values of each column are like, if labels are real values of at most 1024 columns.
      sampleWeights ValueColumn?: What the weights of labelled nodes are like that a split trains on.
      splits [SplitCounts]: The sizes of each split.
      storeBytes count: Bytes of all columns of the store.
      phases [Phase]: The phases of the work, in order.
      cutEntries count: Adjacency entries that lead out of their partition.
      bitsPerEntry number: Stored bits of an adjacency entry.
      haloRows count: The number of rows in all halos.
      halo HaloLayout: How those rows lie on disk.
      seconds number: How long everything took.
      tables Tables?: What was decided about tables; absent if the store was not made of tables.
    PartitionSizes
      nodes count: Its nodes.
      entries count: Its adjacency entries.
      innerEntries count: Entries with both ends in the partition.
      haloRows count: Rows of other partitions that it reads.
    Phase
      name text: What was done.
      seconds number: How long it took.
    SplitCounts
      train count: Nodes to train on.
      validation count: Nodes to validate on.
      test count: Nodes to test on.
      unlabelledTrain count: Training nodes without a label: nothing is learnt there.
      unlabelledValidation count: Validation nodes without a label: nothing is measured there.
      unlabelledTest count: Test nodes without a label: nothing is measured there.
    EdgeCounts
      read count: Edges in the input files.
      kept count: Edges of the finished graph: an undirected edge counts once, as does a self-loop.
      duplicates count: Edges that occurred before in the input.
      conflicting count: Edges that occurred with different weights, which were merged as duplicates says.
      selfLoopsRead count: Self-loops in the input, repeated ones included.
      selfLoopsDropped count: Self-loops of the input that were left out.
      selfLoopsAdded count: Self-loops that were added to nodes without one.
      entries count: Entries of all adjacency lists.
      selfLoops count: Entries that join a node to itself.
      isolatedNodes count: Nodes whose list is empty or holds the node alone.
    Tables
      columns [TableColumn]: The columns of nodes and of edges that were looked at, in the order of the features.
      classes [text]?: The word of each class.
      droppedEdges count: Edges that were left out because an end is unknown.
      droppedLabels count: Rows of the table of labels that were left out because their id is unknown.
      addedNodes count: Nodes that are in no row of the nodes' table.
    TableColumn
      table text: The table that it is in.
      name text: Its name.
      kind text: Its kind: number, date, boolean, category, hash, or none if it is left out.
      features count: How many features it became.
      gaps count: How many nodes or edges have a gap there.
      strangers count: How many have a category that has no feature, because another store's encoding does not know it.
      reason text?: Why it is left out, or what else has to be known.
    ingest-plan
      nodes count?: The number of nodes; absent where only reading all edges can tell.
      idLimit count: 1 + the largest id at the beginning of the files, if ids are integers: a hint where nodes is absent.
      edges count: The number of edges of the input.
      areEdgesExact flag: Whether the edges were counted, not estimated.
      isDirected flag: Whether edges keep their direction.
      notes [text]: What was assumed about the edge files, from their beginnings.
      entries count: The most adjacency entries that there can be; repeated edges will be left out.
      partitions count: How many partitions are made.
      partitioner text: What divides the graph.
      memoryBytes count: The memory that ingest would use, in bytes.
      temporaryBytes count: The most disk space that scratch files take at a time, in bytes.
      storeBytes count: The size of the finished store, in bytes.
      freeBytes count: The free space of the disk, in bytes.
      seconds number: About how long it would take.
    shard
      store text: The store that was cut.
      output text: The folder of the shards.
      storeBytes count: The disk space of the store's columns, in bytes.
      shards [Shard]: The shards, by rank.
      seconds number: How long it took.
    generate
      options Generated: What was asked for.
      files [text]: The files that were written.
      seconds number: The time that it took.
    Generated
      kind 'planted'|'rmat': How edges are drawn.
      nodeCount count: The number of nodes N.
      edgeCount count: The number of rows of edges.npy: each joins two different nodes; a few of them repeat others.
      featureWidth count: Features of a node; 0 for none.
      featureType 'float32'|'float16': The type that features are written in.
      classCount count: The number of classes.
      seed count: The seed of all random choices.
      communityCount count?: The number of communities; absent where it follows from nodes and classes.
      insideProbability number: The probability that an edge stays in its community by design (by chance a few more do).
      labelNoise number: The share of the nodes whose label is drawn at random.
      meanDeviation number: The standard deviation of the class means.
      noiseDeviation number: The standard deviation of the noise that is added to the class mean.
      exponent number: The exponent of the density of the degrees.
      largestWeight number: How many times the least weight of a node the largest is: the range of expected degrees in a community.
      quadrants Quadrants: The probabilities of R-MAT.
      noise number: The largest random change of b and c in a level of R-MAT.
      trainShare number: The share of the nodes to train on.
      validationShare number: The share of the nodes to validate on.
      testShare number: The share of the nodes to test on.
      leavesOutEdges flag: Whether all files but edges.npy are written.
    Quadrants
      a number
      b number
      c number
      d number
    """#
}
