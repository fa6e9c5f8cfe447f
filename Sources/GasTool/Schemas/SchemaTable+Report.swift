extension SchemaTable {
  /// What `gas-run report` prints.
  static let report = #"""
    report
      page text: The page, as it was named.
      bytes count: Its size.
      seconds number: The time that it took.
      figures Figures: The numbers behind the page.
    Figures
      store StoreStatistics: The store.
      checksum text: The checksum in the store's manifest.
      runs [RunFigures]: The runs, in the order in which they were named.
    RunFigures
      run text
      model text
      state text
      epoch count?: The epoch of the weights; absent where their file does not say.
      part text: The part that the figures are of; all in a store without splits.
      scores PartScores: All scores of each part, computed anew.
      recorded PartScores?: What training recorded of the same weights; absent where it did not.
      selection ScoreReport
      checks [Check]
      confusion Confusion?
      curves [Curve]
      calibration [Bin]?: 15 equal bins of the probability; absent of real values.
      values [ValueFigures]?
      staleness Refresh?
      settings Settings?
      command [text]?: Arguments of gas-run that train the same again; absent where flags cannot say it, and of imported weights.
    Check
      verdict text
      title text
      sentence text
    Confusion
      classes [text]: The names of rows and columns; where there are other classes, the last row and column are of those.
      nodes [[count]]: True classes by predicted ones.
    Curve
      name text
      positives count
      negatives count
      rocAuc number
      averagePrecision number
      steps [CurveStep]
    CurveStep
      output number
      truePositives count
      falsePositives count
    Bin
      count count
      probability number?: The mean probability; absent of an empty bin.
      right number?: The share that is right; absent of an empty bin.
    ValueFigures
      limits [number]: The limits of the squares.
      nodes [[count]]: A row for each square of predicted values, a column for each of true ones.
      outside count
      residuals Residuals
    Residuals
      start number: The lower limit of the first column.
      width number: The width of a column.
      counts [count]: How many numbers are in each.
      below count: How many numbers lie below the first and above the last.
      above count
    Refresh
      step count: The number of steps until the evaluation.
      layers [LayerStaleness]: The staleness of each layer that has a history.
      error OutputError?: The error of outputs, which the last evaluation of a training measures; absent before.
    """#
}
