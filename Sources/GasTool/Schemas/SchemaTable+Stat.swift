extension SchemaTable {
  /// What `gas-stat` prints.
  static let stat = #"""
    stat
      store StoreStatistics: The store.
      runs [text]: The names of its runs.
      runSizes [RunSize]: What the runs hold of the disk.
      runNotes [text]?: Sentences about runs that this user may not see.
    stat-shards
      path text: The folder of the shards, as it was given.
      source text: The checksum in the manifest of the whole store.
      ranks count: For how many ranks the store was cut.
      nodeCount count: Nodes of the whole store.
      edgeCount count: Adjacency entries of the whole store.
      partitionCount count: Partitions of the whole store.
      shards [SeenShard]: The shards that are there, by rank.
      runs [text]: The names of their runs, which lie with the first.
      runSizes [RunSize]: What the runs hold of the disk.
      runNotes [text]?: Sentences about runs that this user may not see.
    SeenShard
      shard Shard: What it has of the store.
      halo HaloLayout: How its halo rows lie on disk.
      host text?: The machine that has it, where each of several ranks looked at its own; absent otherwise.
    RunSize
      run text: The run's name.
      bytes count: The disk space of the run.
      historyBytes count: The part of it that is histories, which gas-run clean frees.
    StoreStatistics
      path text: The store's folder, as it was given.
      formatVersion count: The version of the store format.
      nodeCount count: The number of nodes.
      edgeCount count: Adjacency entries: an undirected edge counts twice, a self-loop once.
      directed flag: Whether edges have one direction.
      weighted flag: Whether edges have weights.
      selfLoopCount count: Entries that join a node to itself.
      features Features?: The features of the nodes; absent if there are none.
      edgeFeatures EdgeFeatures?: The features of the edges; absent if there are none.
      labels Labels?: The labels of the nodes; absent if there are none.
      labelValues [ValueColumn]?: What the values of each column are like, if labels are real values of at most 1024 columns.
      sampleWeighted flag: Whether each node has a weight in the loss.
      splits [SplitSizes]: The sizes of each split.
      shard Shard?: What of the store a shard has; absent for whole stores.
      degrees Degrees: The distribution of the degrees.
      partitions Partitions: The sizes of the partitions.
      halo HaloLayout: How halo rows lie on disk.
      columns [ColumnSize]: All columns, in the order of the manifest.
      totalBytes count: Bytes of all columns' files.
      adjacencyBytesPerEdge number: Bytes of the adjacency (lists, halo lists, degrees and weights, but not edge features) for each entry that the store has.
      bitsPerEntry number: Stored bits of an adjacency entry.
      provenance Provenance: Where the store came from.
    Features
      storage 'dense'|'sparse': How rows are laid out.
      width count: Features of a node.
      normalisation text: How ingest changed the values: none, row or standard.
      encoding text?: How rows are stored where the column's type does not tell: int8.
    EdgeFeatures
      width count: Features of an edge.
    Labels
      kind text: How labels are stored: a class a row, a byte for each label, or a number for each value.
      classCount count: The number of classes or labels, or of values of a node.
      missing flag?: True if some of several labels are missing; absent otherwise, and with the other kinds.
    SplitSizes
      train count: Nodes to train on.
      val count: Nodes to validate on.
      test count: Nodes to test on.
      unlabelledTrain count: Training nodes without a label: nothing is learnt there.
      unlabelledVal count: Validation nodes without a label: nothing is measured there.
      unlabelledTest count: Test nodes without a label: nothing is measured there.
    Degrees
      min count: The smallest degree.
      mean number: The mean degree.
      median count: The median degree.
      percentile99 count: The degree that 99 % of the nodes do not exceed.
      max count: The largest degree.
      isolatedNodeCount count: Nodes without any adjacency entry.
      octaves [Octave]: All other nodes, by octaves of their degrees, up to the one of the largest degree.
    Octave
      from count: The least degree, a power of two; the greatest is one less than twice as much.
      nodeCount count: How many nodes have such a degree.
    Distribution
      min count: The smallest number.
      median count: The number in the middle; of an even count, the upper of the two.
      max count: The largest number.
      mean number: The mean; 0 where there is no number.
      imbalance number: max / mean: 1 is perfectly balanced.
    Partitions
      count count: The number of partitions.
      nodes Distribution: Nodes of a partition.
      edges Distribution: Adjacency entries of a partition.
      halo Distribution: Halo rows of a partition.
      innerEdgeRatio number: Adjacency entries with both ends in one partition, as a share of all.
      cutEdgeCount count: Adjacency entries whose ends are in two partitions.
      haloRowCount count: Halo rows of all partitions together.
      haloRowsPerNode number: Halo rows of all partitions for each node: how often a row is pulled in an epoch of single-partition batches.
    ColumnSize
      name text: The column's name, such as edge-weights.
      type text: The name of the element type, such as float32.
      shape [count]: Rows, and elements in a row unless it is a plain vector.
      encoding text: How blocks are stored: raw, lz4 or packed.
      fileBytes count: Bytes of the file.
      compressionRatio number: Bytes of the elements in memory for each byte of the file.
    Provenance
      tool text: The program that made the store.
      version text: The program's version.
      date text: When the store was made.
      command [text]: The command line, an element an argument.
      seed count: The seed of all random choices.
      partitioner text: What assigned nodes to partitions.
      nodeOrder text?: How nodes are ordered within a partition; absent in older stores, which keep the original order.
      inputs [InputFile]: All files that were read.
      counts {count}: What ingest counted: edges read, duplicates, ….
    InputFile
      path text: Its path, as it was given.
      byteCount count: Its size in bytes.
      checksum text: CRC-32 of its bytes, eight hexadecimal digits.
    stat-run
      run text: The run's name.
      model text: The name of its model.
      epoch count?: The number of epochs until the latest checkpoint; absent, like all that is not known, for a run of weights that were trained elsewhere.
      step count?: The number of steps until the latest checkpoint.
      bestEpoch count?: The epoch of the weights that are kept; 0 is before training.
      bestEpochNote text?: A sentence about the best epoch; absent where there is nothing to say.
      valAccuracy number?: The score of validation nodes at the best epoch.
      testAccuracy number?: The score of test nodes at the best epoch.
      scores PartScores?: All scores at the best epoch; absent in runs from before they were kept.
      histories [HistorySize]: The sizes of the histories.
      historiesAreFreed flag: Whether the run's histories were freed (gas-run clean); resuming makes them again.
      atLastRefresh [LayerStaleness]: The staleness that the latest evaluation found, just before it refreshed the histories; empty before the first epoch.
      lastRefreshStep count?: The number of steps until the latest evaluation.
      outputError OutputError?: The error of the outputs at the last evaluation of the training, just before it refreshed the histories; absent before.
      verdict StalenessVerdict?: Whether what the latest evaluation found did harm; absent for models without histories.
      now [LayerStaleness]: The staleness of the histories as they are now, against exact recomputation with the latest weights.
      historiesAreSealed flag: Whether these rows are known to be as the run left them.
      sampledPartitionCount count: The number of partitions that now was measured on.
      ranks [RankSums]?: What each rank did besides computing, the sum over the epochs that as many trained as the latest one; absent where one process trained alone.
      kernels Kernels?: The kernels that computed the run's latest checkpoint; absent in runs from before this was kept.
    RankSums
      waitedSeconds number: Seconds in which it waited for other ranks and their messages.
      exchangeSeconds number?: Seconds in which gradients and rows of training steps were on their way, until the last rank had sent its own; absent, like what follows but sentBytes, in runs from before this was kept.
      hiddenSeconds number?: The part of these in which it computed.
      sentBytes count: Bytes that it sent to other ranks: those that follow, and some that say what is to be done.
      gradientBytes count?: Bytes of gradients and their sums.
      rowBytes count?: Bytes of rows that were pushed in training.
      ghostBytes count?: Bytes of rows that evaluations renewed.
      outputBytes count?: Bytes of outputs that were scored.
    StalenessVerdict
      level 'harmless'|'noticeable'|'harmful'|'not known': How much harm there is.
      reason text: What was measured.
      changes [text]: What to change so that histories are fresher, the most effective first.
    HistorySize
      layer count: The layer, counted from 1.
      width count: The number of columns.
      fileBytes count: The size of the file.
    stat-verify
      columnCount count: Columns that were read.
      byteCount count: Bytes of their files.
      partitionCount count: Partitions whose adjacency was checked; 0 if checksums alone were.
      runFileCount count: Histories of runs, and their clocks, whose headers were checked.
      leftoverCount count: Files and folders that interrupted programs left in the store or beside it.
      leftoverBytes count: Bytes that these files and folders take.
      runCount count: The number of runs that were found to be as they should be.
      notes [text]: A sentence for everything that could not be checked, since earlier versions kept no checksums.
      shards [VerifiedShard]?: The shards that were checked, of which the numbers are sums; absent for a store.
      missing [count]?: The ranks whose shards are not in the folder; absent for a store.
    VerifiedShard
      rank count: The rank that reads it, from 0.
      host text?: The machine that has it, where each of several ranks checked its own; absent otherwise.
      columnCount count: Its columns.
      byteCount count: Bytes of their files.
      partitionCount count: Partitions whose lists it has.
    stat-clean
      store text
      leftovers [Leftover]
      leftBytes count
      removedBytes count
      unseen [text]?: Folders that this user may not look into.
    Leftover
      path text: Its path.
      what text: What it is, in words.
      bytes count: The disk space that it takes.
      isRemoved flag: Whether --remove has removed it.
    """#
}
