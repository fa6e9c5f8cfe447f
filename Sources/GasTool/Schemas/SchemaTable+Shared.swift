extension SchemaTable {
  /// What several outputs consist of.
  static let shared = #"""
    Scores
      accuracy number?
      balancedAccuracy number?
      macroF1 number?
      microF1 number?
      rocAuc number?
      averagePrecision number?
      logLoss number?
      calibrationError number?
      brier number?
      topKF1 number?
      rmse number?
      mae number?
      mse number?
      r2 number?
    PartScores
      train Scores?: The scores of the training nodes; absent where none has a label.
      val Scores?: The scores of the validation nodes; absent where none has a label.
      test Scores?: The scores of the test nodes; absent where none has a label.
      all Scores?: The scores of all labelled nodes of a store without splits; absent for other stores.
    ScoreChoice
      score text: The score.
      reason text: A sentence that says why.
      isChosen flag: Whether it is another than the main score of the labels' kind, without having been asked for.
    ClassSize
      class count: The class or label, from 0.
      name text: Its name: the number, if the store has no other.
      train count: The number of training nodes.
      val count: The number of validation nodes.
      test count: The number of test nodes.
    ScoreReport
      selection ScoreChoice: The score that decides which weights are kept, and why.
      classCount count: The number of classes or labels.
      classes [ClassSize]: All classes or labels in their order; where they are more than ten, the five that most training nodes are of and the five that fewest are of.
      baseline PartScores: The scores of predicting the most frequent class, or labels that most nodes have, for all nodes alike.
      majority text?: The most frequent class, where there are classes.
      notes [text]: Sentences about scores that are undefined, or leave classes out.
    LabelCount
      labelled count: The number of nodes with a label.
      unlabelled count: The number of nodes without a label.
    LabelCounts
      train LabelCount: The training nodes.
      val LabelCount: The validation nodes.
      test LabelCount: The test nodes.
    Kernels
      blas text: The library's name, such as "OpenBLAS 0.3.21".
      blasCore text?: The family of processors whose kernels the library runs, such as "SkylakeX"; absent where it does not tell.
      instructionSet text: The instruction set of the other kernels, such as "x86-64-v3".
      bfloat16Products text?: What multiplies bfloat16 matrices: "AMX", "AVX512-BF16" or "float32".
    Choice
      setting text: The setting's name.
      value text: Its value, as a person would write it.
      reason text: Why it was chosen.
    LayerStaleness
      layer count: The layer, counted from 1.
      age Ages: The ages of all rows.
      drift number: The drift, ‖h̄ − h‖ / ‖h‖, over all rows.
      noise number?: The part of the drift that the noise of training makes, above all dropout, relative to ‖h‖ as drift is; absent where it was not measured.
      staleness number?: The rest of the drift: how far rows are from what the current weights give under the same noise.
      meanDistance number: The mean of ‖h̄_v − h_v‖ over the rows.
      largestDistance number: The largest ‖h̄_v − h_v‖ of a row.
      partitions [PartitionStaleness]: The staleness of each partition.
    Ages
      min count: The least age.
      median count: The median age.
      percentile90 count: The age that nine rows of ten do not exceed.
      max count: The greatest age.
    PartitionStaleness
      partition count: The partition's number.
      medianAge count: The median age of its rows, in optimiser steps.
      drift number: The drift, ‖h̄ − h‖ / ‖h‖, over the partition's rows.
    OutputError
      epoch count: The epoch after which it was measured.
      step count: The number of steps until then.
      layers [LayerError]: The layers that have a history.
      meanDegree number: The mean number of entries in a row of the adjacency.
      largestDegree count: The largest number of entries in a row of the adjacency.
      meanError number: The mean of ‖h̃_v − h_v‖ over the rows of the model's outputs.
      largestError number: The largest ‖h̃_v − h_v‖ of a row of the model's outputs.
      relativeError number: ‖h̃ − h‖ / ‖h‖ over all nodes together.
      typicalBound number?: The bound for mean staleness and mean degree, which a usual node may expect.
      bound number?: The bound for the largest staleness and degree, which no node exceeds.
    LayerError
      layer count: The layer, counted from 1.
      meanStaleness number: The mean of ‖h̄_w − h_w‖ over the rows.
      largestStaleness number: The largest ‖h̄_w − h_w‖ of a row.
      lipschitz number: κ of the stage that reads this layer.
    Shard
      rank count: The rank that reads it, from 0.
      ranks count: For how many ranks the store was cut.
      source text: The checksum in the manifest of the whole store.
      partitionStart count: The first of its partitions.
      partitionEnd count: The partition behind the last of them.
      nodeCount count: Nodes of its partitions.
      edgeCount count: Adjacency entries of its partitions.
      ghostCount count: Rows of other partitions whose features it has.
      diskBytes count: The disk space that its columns take, in bytes; less than their size where files have holes.
    HaloLayout
      rows count: Halo rows.
      runs count: Maximal sequences of halo rows that follow each other in the store.
      pages count: Pages of pageBytes that the rows touch in a raw column of rowBytes a row.
      rowBytes count: Bytes of a row.
      pageBytes count: Bytes of a page, 4096.
    ValueColumn
      count count: How many values there are.
      missing count: How many rows have no value.
      mean number: The mean of the values; 0 if there are none.
      min number?: The least value; absent if there are none.
      max number?: The greatest value; absent if there are none.
    """#
}
