extension SchemaTable {
  /// Lines of `--log json`.
  static let log = #"""
    version
      version text: The release.
      commit textOrNone: The commit that it was built from; null where the build did not record it.
      kernels text: The instruction set of the kernels that run here.
      storeFormat count: The latest version of the store format that it reads.
      libraries {textOrNone}: Versions of libraries; null for one that cannot be loaded. Those of libdeflate and METIS, which do not tell, are of the build.
    log
      time text?: When the line was written, ISO 8601 in UTC; absent where a mapped page could not be read, which ends the tool at once.
      level 'progress'|'info'|'note'|'error': What the line is about.
      message text?: A sentence; of an error, why the tool ends.
      phase text?: What is being done; epoch where an epoch has ended.
      done count?: How much of it is done.
      total count?: How much there is, where that is known.
      unit text?: What done, total and rate count.
      rate number?: How many of them in a second.
      remaining number?: About how many seconds the phase still takes; of epochs, the run.
      epoch count?: Epochs that were trained.
      epochs count?: Epochs that are to be trained.
      step count?: Optimiser steps since the run began.
      loss number?: Training loss of the epoch.
      learningRate number?: Learning rate of the epoch.
      metric text?: The name of the scores.
      scores {number}?: That score of training, validation and test nodes, where the epoch was evaluated.
      residentBytes count?: Resident memory of the process.
    """#
}
