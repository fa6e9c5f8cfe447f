extension SchemaTable {
  /// What `gas-run` prints.
  static let run = #"""
    train
      run text: The run's name.
      path text: The path of its folder.
      epochs count: The number of epochs that were trained.
      isComplete flag: Whether all epochs were done or patience ended; false if the run was stopped and can be resumed.
      bestEpoch count: The epoch of the weights that are kept; 0 is before training.
      bestEpochNote text?: A sentence about the best epoch where it is 0 or the first that was evaluated, or where nothing validates; absent otherwise.
      scoreNotes [text]?: Sentences about scores at the baseline, and about a last epoch that is far from the best.
      selection ScoreReport: Which score decided, how many nodes are of which class, and what outputs score that do not look at a node.
      scores PartScores?: All scores at the best epoch; absent in runs from before they were kept.
      lastScores PartScores?: All scores of the last epoch that was evaluated; likewise.
      metric text: The name of the scores that follow: "accuracy", "micro-F1" with multiple labels, "R2" with real values.
      trainAccuracy number?: The score of training nodes at the best epoch.
      valAccuracy number?: The score of validation nodes at the best epoch.
      testAccuracy number?: The score of test nodes at the best epoch.
      valLoss number?: Mean cross-entropy over validation nodes at the best epoch.
      loss number?: The training loss of the last epoch.
      epochSecondsMedian number: The median time of an epoch's training, without its evaluation.
      evaluateSecondsMedian number: The median time of an evaluation.
      edgesPerSecondMedian number: The median number of adjacency entries that training processed in a second.
      waitedSeconds number: The time that training and evaluations waited for batches, over all epochs.
      peakResidentBytes count: The greatest resident memory of the process; of a run that is only read, the greatest at the end of an epoch.
      parameterCount count: The number of numbers that are trained.
      nodes LabelCounts?: The numbers of nodes in each part of the split that have a label, and of those that have none.
      kernels Kernels?: The kernels that computed it; absent in runs from before this was kept.
      diskBytes count?: The disk space that the run takes.
      historyBytes count?: The part of it that is histories, which gas-run clean frees.
      chosen [Choice]?: The settings that were chosen for the store before training; absent where none were, or the run is only read.
      notes [text]?: The tool's sentences about the stores' edges.
    series
      runs [train]: The result of each run.
      isComplete flag: Whether every run that was asked for is complete.
      metric text: The name of the scores: "accuracy", or "micro-F1" with multiple labels.
      select text: The key of the score that decided which weights were kept.
      selectedVal Spread?: That score of validation nodes; absent without any.
      selectedTest Spread?: That score of test nodes; absent without any.
      train Spread?: The scores of training nodes; absent without any.
      val Spread?: The scores of validation nodes; absent without any.
      test Spread?: The scores of test nodes; absent without any.
      notes [text]?: The tool's sentences about the stores' edges.
      chosen [Choice]?: The settings that were chosen for the store, and why; absent where all were given.
    Spread
      mean number: The mean of the values.
      deviation number?: Their sample deviation, with n − 1; absent for a single value.
    trials
      trials [Trial]: The models in the order in which they were tried.
      best text?: The model that validates best; absent where nothing was trained.
    Trial
      model text: The model's name.
      result train?: What came of its run; absent where there is none.
      problem text?: Why there is none.
    plan
      batchPartitions count: How many partitions a batch has.
      partitions count: How many partitions the store has.
      haloWindows count: In how many windows the halo rows of a pass are copied together; where there is mail, those of passes without.
      mail MailMemory?: The memory for halo rows that come by mail in training; absent if none do.
      layerMail MailMemory?: The memory for halo rows that come by mail from layer to layer in exact passes; absent if none do.
      stagedPieceBytes count?: How many bytes of each column are in memory while its halo rows are copied: more than is needed if memory allows; absent without windows.
      memoryBytes count?: How many bytes of memory may be taken; absent if there is no budget.
      neededBytes count: How many bytes of memory are needed: the sum of the four that follow.
      fixedBytes count: Bytes that do not depend on the batch.
      batchBytes count: Bytes of the batches that are in memory at the same time.
      valueBytes count: Bytes of the values of a step.
      cacheBytes count: Bytes of page cache that the work cannot do without.
      smallestBytes count: How many bytes the same takes with one partition in a batch.
      trainSeconds number: About how many seconds a training epoch takes: those of epochTime. 0 for inference, and where none were measured.
      inferSeconds number: About how many seconds an exact evaluation takes, or an inference: those of exactTime. 0 where none were measured.
      diskSeconds number?: Seconds that the disk takes for all that is read and written, if nothing is in the page cache.
      epochTime PassTime?: What the seconds of an epoch are made of; absent for inference, and where none were measured.
      exactTime PassTime?: What the seconds of an evaluation or an inference are made of; absent where none were measured.
      untimed text?: Why no seconds were measured; absent where they were.
      diskRates DiskRates?: How fast the disk is; absent if that could not be measured.
      readBytes count: Bytes that an epoch with its evaluation reads, or an inference, if nothing is in the page cache.
      readPageBytes count: The same in whole pages, as the disk reads them, if no rows of a halo lie side by side.
      writtenBytes count: Bytes that an epoch with its evaluation writes, or an inference.
      diskBytes count: Bytes of disk space for histories, scratch files and outputs while the work goes on.
      freeBytes count: Bytes of disk space that are free.
      nodes LabelCounts?: The nodes of each part of the split that training would use, with labels and without; absent for inference.
      selection ScoreReport?: Which score would decide, and what is known of scores before training; absent for inference.
      ranks RankPlan?: What several ranks would send and take; absent if there would be one process.
      kernels Kernels: The kernels that compute, and that the seconds above hold for.
      chosen [Choice]?: The settings that were chosen for the store; absent if none were.
      notes [text]?: What the tool said of the store's edges; absent if that is nothing.
    PassTime
      seconds number: Seconds from begin to end; the other ones overlap.
      computingSeconds number: Seconds of computing, while batches are filled beside it.
      fillingSeconds number: Seconds in which batches are filled: graphs decoded, rows read and gathered from the page cache.
      movingSeconds number: Processor seconds for rows that are sent or copied.
      processorSeconds number: Processor seconds of all threads.
      diskReadSeconds number?: Seconds in which the disk reads what is not in the page cache; absent if its speed could not be measured.
      diskWriteSeconds number?: Seconds in which it writes.
    DiskRates
      readBytesPerSecond number: Bytes that are read in a second, from one file, in long pieces by two threads, past the page cache.
      isReadingMeasured flag: Whether that was measured; if not, it is taken to be the speed of writing.
      writtenBytesPerSecond number: Bytes that are written in a second, past the page cache.
      isWritingMeasured flag: Whether that was measured; if not, it is taken to be readBytesPerSecond.
    RankPlan
      ranks [PlannedRank]: The ranks, in their order.
      steps count: How many steps the first epoch has.
      parameterCount count: How many numbers the gradients have.
      time RankTime?: What the exchange takes on a network; absent where none was given.
    PlannedRank
      partitions count: How many partitions it computes.
      nodes count: How many nodes these have.
      entries count: How many entries their lists of neighbours have.
      ghosts count: How many rows of other ranks it reads.
      rowBytes count: Bytes of pushed rows that it sends in the first epoch.
      receivedRowBytes count: Bytes of pushed rows that it receives in the first epoch.
      gradientBytes count: Bytes of gradients and their sums that it sends in the first epoch, and receives.
      ghostBytes count: Bytes of rows that it sends in an evaluation.
      outputBytes count: Bytes of outputs that it sends rank 0 in an evaluation.
      memoryBytes count: Bytes of memory that it needs, the library of MPI aside.
    RankTime
      network Network: How fast machines reach each other.
      computingSeconds number: Seconds in which an epoch's batches are computed, the longest of each step.
      gradientSeconds number: Seconds in which its gradients are on their way.
      rowSeconds number: Seconds in which its pushed rows are on their way.
      synchronousSeconds number: Seconds of its training with exchange synchronous.
      overlapSeconds number: Seconds of its training with exchange overlap.
      evaluationSeconds number: Seconds in which rows and outputs of an evaluation are on their way.
    Network
      bytesPerSecond number: Bytes that a machine sends in a second, and receives at the same time.
      latencySeconds number: Seconds from the sending of a byte to its arrival.
    MailMemory
      windowBytes count: Bytes of a window's rows, over all columns that they come from; two windows are in memory.
      bufferBytes count: Bytes of one buffer of outgoing rows.
      waitingBytes count: How many bytes may be on their way to the disk.
      byteCount count: Bytes of everything together, the lists of rows included.
    infer
      run text: The run's name.
      nodeCount count: The number of nodes that outputs were computed for.
      metric text: The name of the scores: "accuracy", "micro-F1" with multiple labels, "R2" with real values.
      trainAccuracy number?: The score of training nodes; absent where none has a label.
      valAccuracy number?: The score of validation nodes; absent where none has a label.
      testAccuracy number?: The score of test nodes; absent where none has a label.
      allAccuracy number?: The score of all labelled nodes, in the place of these three, if the store has no splits.
      elsewhere [text]?: The parts, val and test, that training scored on nodes of other stores.
      select text?: The score that decided which weights the run kept; absent where the store of its validation nodes, which would tell, is not in its place.
      scores PartScores: All scores of each part, or of all nodes of a store without splits.
      threshold Thresholds?: The thresholds of predictions; absent where none was asked for.
      seconds number: The time that the export took.
      peakResidentBytes count: The greatest resident memory of the process.
      kernels Kernels: The kernels that computed it.
      notes [text]?: The tool's sentences about the stores' edges.
    Thresholds
      values [number]: Probabilities: one, of class 1, with two classes; with multiple labels one for each.
      validationF1 [number]?: F₁ of the validation nodes' predictions.
    show
      run text: The run's name.
      state 'unstarted'|'stopped'|'complete'|'imported'|'in use'|'unreadable'|'damaged'|'of another store': How far it is.
      problem text?: What is wrong with it; absent where nothing is.
      settings Settings?: Its settings, and which of them are known.
      epochs count?: The number of epochs that were trained.
      bestEpoch count?: The epoch of the weights that are kept.
      bestEpochNote text?: A sentence about the best epoch; absent where there is nothing to say.
      metric text: The name of the scores.
      trainAccuracy number?: The score of training nodes at the best epoch.
      valAccuracy number?: The score of validation nodes at the best epoch.
      testAccuracy number?: The score of test nodes at the best epoch.
      select text?: The score that decided which weights are kept.
      scores PartScores?: All scores at the best epoch, as far as they were measured.
      valLoss number?: Mean cross-entropy over validation nodes at the best epoch.
      seconds number?: The seconds that its epochs and their evaluations took.
      bytes count?: The disk space of the run; absent where this user may not look into its folder.
      historyBytes count?: The part of it that is histories, which gas-run clean frees; likewise.
    list
      runs [show]: The runs, in the order in which they were asked for.
      differences [Difference]: The settings that are not the same in all runs of which they are known and that use them.
    Difference
      key text: Its name in files and flags.
      values [text]: The value of each run as a person would write it; "–" for a run whose settings cannot be read or whose model does not use this one.
    rm
      removed [text]: The names of the runs.
      bytes count: The disk space that was given back.
    clean
      runs [FreedRun]: The runs that were looked at.
      bytes count: The disk space that was given back.
    FreedRun
      run text: The run's name.
      bytes count: The disk space that was given back.
      kept text?: Why its histories were kept; absent where they were not.
    export
      run text: The run.
      path text: The file; - for standard output.
      epochs count: How many epochs it has; epoch 0 is before training.
      names [text]: The names of the numbers.
    export-pyg
      run text: The run's name.
      model text: The name of its model.
      output text: The file.
      tensorCount count: The number of tensors.
      numberCount count: The number of numbers in them.
    import
      run text: The run's name.
      path text: The path of its folder.
      model text: The name of its model.
      settings {text}: Settings that say what the model computes and that are not the standard, as a person would write them.
      tensorCount count: The number of tensors in the file that the model took.
      notes [text]?: Sentences about what was converted or assumed; absent where nothing was.
    preset
      name text: The name, GRAPH-MODEL.
      graph text: The name of the graph.
      source text: The place of the settings in https://github.com/rusty1s/pyg_autoscale.
      repeats count: The number of runs that the published mean is over.
      partitions count: The number of partitions that the store should have, which ingest decides.
      ingest text: The flags that gas-ingest should get, apart from those for the edges.
      settings Settings: The settings of a run.
    setting
      key text: The setting's name in files and flags.
      kind text: A name for the values.
      range text?: The values that it may have, if not all.
      standard text: The default, in words.
      usedBy text?: The models that use it, or the schedules; absent where all do.
      changesResults flag: Whether it decides what a run computes, not only how that is carried out.
      help text: An explanation, in sentences.
    """#
}
