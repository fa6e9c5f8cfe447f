import GasBase
import GasBatch
import GasNN
import GasSettings
import GasStore

/// The ways in which halo rows may reach batches, and what each would take.
struct DraftPlans {
  private let work: RunPlan.Work
  private let store: Store
  private let settings: RunSettings
  private let model: any GraphModel
  private let sample: StepSample
  private let memoryBytes: Int?
  private let outputs: OutputSizes?

  init(
    _ work: RunPlan.Work, _ store: Store, _ settings: RunSettings, _ model: any GraphModel, _ sample: StepSample,
    memoryBytes: Int?, outputs: OutputSizes? = nil
  ) {
    (self.work, self.store, self.settings, self.model) = (work, store, settings, model)
    (self.sample, self.memoryBytes, self.outputs) = (sample, memoryBytes, outputs)
  }

  /// One way, and what it would take.
  struct Draft {
    let way: RunSettings.HaloWindows
    let batchPartitions: Int
    let parts: MemoryEstimate.Parts
    let smallestBytes: Int
    var traffic: TrafficEstimate
    let windows: Int
    let mail: MailMemory?
    /// Memory for mail from layer to layer in exact passes; `nil` if they do without.
    var layerMail: MailMemory?
    let haloSources: Int

    /// Bytes of mail of either kind, which are not taken at the same time.
    var mailBytes: Int { max(mail?.byteCount ?? 0, layerMail?.byteCount ?? 0) }
    /// Bytes of memory that are needed.
    var neededBytes: Int { parts.sum + mailBytes }

    /// What is left for the page cache.
    ///
    /// - Parameter memoryBytes: the budget; `nil` for the machine's memory.
    /// - Returns: the page cache, and what it would have to hold.
    func cache(within memoryBytes: Int?) -> PageCache {
      let memory = memoryBytes ?? Memory.physicalBytes
      return PageCache(
        bytes: max(0, memory - neededBytes), workingBytes: traffic.workingBytes,
        scatteredBytes: traffic.scatteredBytes, pageShare: traffic.pageShare, isLimited: memoryBytes != nil)
    }
  }

  /// The way that the settings give or, where they leave it open, the usual one (`usual`), unless another one takes
  /// clearly less time (`NominalTime`). They are found from counts, from the memory that a partition was measured to
  /// take, from free space, and from speeds that are constants, so that a faster machine chooses as a slower one does.
  ///
  /// - Parameter freeBytes: how much space the disk has.
  /// - Returns: the plan of that way.
  /// - Throws: `GasError` if the budget is too small for it.
  func best(freeBytes: Int) throws -> Draft {
    // Others write to the disk too, and what is missing is missed at the end of hours.
    let room = freeBytes / 10 * 9
    // Inference does not depend on this setting.
    if work == .training && settings.haloWindows != .auto {
      let given = try draft(settings.haloWindows)
      return layered(given, within: room) ?? given
    }
    let usual = try usual(room)
    guard let memoryBytes else { return usual }
    let time = NominalTime(work, store, settings, model, memoryBytes: memoryBytes)
    let others = others(than: usual).compactMap { fitted($0, within: room) }
    guard let fastest = others.min(by: { time.seconds($0) < time.seconds($1) }) else { return usual }
    return time.seconds(fastest) < Self.clearGain * time.seconds(usual) ? fastest : usual
  }

  /// How much less time another way has to take to be chosen.
  private static let clearGain = 0.9

  /// The first way for which memory and disk suffice, with batches as large as the settings and the budget allow.
  private func usual(_ room: Int) throws -> Draft {
    let direct = try draft(.count(0))
    // Everything else that is read and written passes through the page cache too.
    guard let memoryBytes, 2 * direct.traffic.scatteredBytes > memoryBytes - direct.parts.sum
    else { return direct }
    if work == .training, let mailed = (try? draft(.mail)).flatMap({ fitted($0, within: room) }) { return mailed }
    // Copying takes memory too; if there is too little, each batch reads its own rows.
    let standard = RunSettings.HaloWindows.standardCount
    guard let staged = try? draft(.count(standard)) else { return direct }
    // With more windows, fewer copies are on the disk at a time.
    let smaller = sequence(first: standard) { $0 * 2 }.prefix { $0 <= Self.greatestWindowCount }.lazy
      .compactMap { try? draft(.count($0)) }
    return smaller.compactMap { fitted($0, within: room) }.first ?? staged
  }

  /// A draft with mail in its exact passes, if there is disk space for that, or else without it; `nil` if the disk has
  /// too little space for either.
  private func fitted(_ draft: Draft, within room: Int) -> Draft? {
    layered(draft, within: room) ?? (draft.traffic.diskBytes <= room ? draft : nil)
  }

  /// A draft whose exact passes send their rows from layer to layer, where they would be copied together; `nil` where
  /// memory or disk have too little space for that.
  private func layered(_ draft: Draft, within room: Int) -> Draft? {
    guard let memoryBytes, draft.windows > 0, draft.traffic.layerRowBytes > 0 else { return nil }
    let halo = halo(ofLargest: draft.batchPartitions)
    // What exact passes send to an epoch is in memory too, but none of its windows are.
    let memory = draft.mail.map {
      $0.byteCount - $0.sendingBytes(halo: halo.all, rowBytes: draft.traffic.mailedRowBytes)
    }
    var layered = draft
    layered.layerMail = MailMemory(
      room: memory ?? (memoryBytes - draft.parts.sum) / 4 * 3, halo: halo, layerRowBytes: draft.traffic.layerRowBytes)
    layered.traffic = traffic(draft.way, draft.batchPartitions, isLayered: true)
    return layered.layerMail != nil && layered.traffic.diskBytes <= room ? layered : nil
  }

  /// Other ways that may be faster: smaller batches, which leave memory for rows that are sent or, in inference,
  /// copied. Copies in training would be older than the rows of other ways, so only the usual way has them, where
  /// nothing else is possible.
  private func others(than usual: Draft) -> [Draft] {
    // In inference, rows that are copied already are copied the same way.
    guard work == .training || usual.windows == 0 else { return [] }
    let isOpen = work == .inference || settings.batchPartitions == .auto
    let smaller = isOpen ? Array(sequence(first: usual.batchPartitions / 2) { $0 / 2 }.prefix { $0 > 0 }) : []
    let moved = work == .training ? .mail : RunSettings.HaloWindows.count(RunSettings.HaloWindows.standardCount)
    return ([usual.batchPartitions] + smaller).compactMap { try? draft(moved, most: $0) }
  }

  /// A pass reads each history once for every window.
  private static let greatestWindowCount = 64

  /// How many bytes of each column are in memory while its halo rows are copied.
  func stagedPieceBytes(_ draft: Draft) -> Int? {
    guard draft.windows > 0 else { return nil }
    let halo = store.partitions.haloStarts.last ?? 0
    // The first stage's rows are copied while its outputs are sent.
    let sent = draft.layerMail?.sendingBytes(halo: halo, rowBytes: [draft.traffic.layerRowBytes]) ?? 0
    return StagedWindow.Memory.pieceBytes(
      batches: HaloStaging.windowSize(
        batches: store.partitions.batchCount(draft.batchPartitions), windows: draft.windows),
      share: Double(halo) / Double(max(1, store.nodeCount * draft.windows)), sources: draft.haloSources,
      room: (memoryBytes ?? 0) - draft.parts.sum - sent)
  }

  /// About the disk space that it takes to try some batches of a draft, at most.
  func timingBytes(_ draft: Draft) -> Int {
    let (rows, table) = (RowSizes(store, model, settings), store.partitions)
    let tried = min(store.nodeCount, TimeSample.mostBatches * BatchShape(largestOf: draft.batchPartitions, table).rows)
    let scores = (model.stages.last?.width ?? 0) * MemoryLayout<Double>.size
    return tried
      * (rows.histories.reduce(0) { $0 + $1 + MemoryLayout<UInt32>.size } + rows.carried + rows.aggregate + scores)
  }

  /// What a way takes, with at most so many partitions in a batch, if there may be fewer than is usual.
  private func draft(_ way: RunSettings.HaloWindows, most: Int = .max) throws -> Draft {
    let windows = way == .mail ? (memoryBytes == nil ? 0 : RunSettings.HaloWindows.standardCount) : way.resolved
    // A step of training reads all columns; a pass of exact inference reads one.
    let haloSources = windows == 0 ? 0 : way != .mail && work == .training ? model.stages.count : 1
    let estimate = MemoryEstimate(
      sample, store.partitions, slots: settings.prefetch ? 2 : 1,
      stateBytes: work == .training ? 4 * model.parameters.byteCount : 0, haloSources: haloSources)
    var count = min(most, try batchPartitions(way, estimate))
    var traffic = traffic(way, count)
    // Mail that was asked for comes before large batches.
    if settings.haloWindows == .mail && settings.batchPartitions == .auto {
      while count > 1 && mailMemory(traffic, estimate.parts(count), count) == nil {
        count /= 2
        traffic = self.traffic(way, count)
      }
    }
    let parts = estimate.parts(count)
    return Draft(
      way: way, batchPartitions: count, parts: parts, smallestBytes: estimate.parts(1).sum, traffic: traffic,
      windows: windows,
      mail: way == .mail ? try mail(traffic, parts, batchPartitions: count) : nil, haloSources: haloSources)
  }

  /// How many partitions a batch gets, as far as the budget's room for batches decides it.
  private func batchPartitions(_ way: RunSettings.HaloWindows, _ estimate: MemoryEstimate) throws -> Int {
    let wanted = settings.wantedPartitions(of: store)
    let isLeast = work == .training && settings.batchPartitions != .auto
    do {
      return try estimate.count(wanted, isLeast: isLeast, within: memoryBytes, file: store.path)
    } catch {
      let least = isLeast ? wanted : 1
      guard settings.haloWindows == .mail, isMailed(traffic(way, least)) else { throw error }
      // The refusal that follows counts the mail too, so that its advice suffices.
      return least
    }
  }

  private func traffic(
    _ way: RunSettings.HaloWindows, _ batchPartitions: Int, isLayered: Bool = false
  ) -> TrafficEstimate {
    var settings = settings
    settings.batchPartitions = .partitions(batchPartitions)
    settings.haloWindows = way
    var traffic = TrafficEstimate(work, store, settings, model, isLayered: isLayered)
    if let outputs { traffic.add(outputs, within: memoryBytes) }
    return traffic
  }

  /// The memory for mail, or what it would take.
  private func mail(_ traffic: TrafficEstimate, _ parts: MemoryEstimate.Parts, batchPartitions: Int) throws
    -> MailMemory
  {
    if let found = mailMemory(traffic, parts, batchPartitions) { return found }
    let enough = sequence(first: 1) { $0 * 2 }.first { mailMemory(traffic, batchPartitions, room: $0 << 20) != nil }!
    let room = (enough / 2..<enough).partitioningIndex {
      mailMemory(traffic, batchPartitions, room: $0 << 20) != nil
    }
    let least = MemoryEstimate.advised(parts.sum + (room << 20) / 3 * 4, over: memoryBytes ?? 0)
    throw GasError(
      "halo rows that come by mail take up to \(least) MiB with all else, --memory allows"
        + " \(Units.bytes(memoryBytes ?? 0))",
      file: store.path, advice: "pass --memory \(least)MiB or more, or another --halo-windows", status: .refusedBudget)
  }

  /// Three quarters of what is left, since exact passes want some of the page cache; `nil` where that is too little.
  private func mailMemory(_ traffic: TrafficEstimate, _ parts: MemoryEstimate.Parts, _ batchPartitions: Int)
    -> MailMemory?
  {
    guard let memoryBytes, isMailed(traffic) else { return .standard }
    return mailMemory(traffic, batchPartitions, room: (memoryBytes - parts.sum) / 4 * 3)
  }

  private func isMailed(_ traffic: TrafficEstimate) -> Bool {
    !traffic.mailedRowBytes.isEmpty && store.partitions.haloStarts.last ?? 0 > 0
  }

  private func mailMemory(_ traffic: TrafficEstimate, _ batchPartitions: Int, room: Int) -> MailMemory? {
    MailMemory(room: room, halo: halo(ofLargest: batchPartitions), rowBytes: traffic.mailedRowBytes)
  }

  private func halo(ofLargest batchPartitions: Int) -> (all: Int, largestBatch: Int) {
    (store.partitions.haloStarts.last ?? 0, BatchShape(largestOf: batchPartitions, store.partitions).halo)
  }
}
