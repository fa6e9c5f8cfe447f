import GasStore

extension ExecutionOptions {
  /// What copies halo rows together, if that is to be done.
  package func staging(_ store: Store, in folder: String) -> HaloStaging? {
    haloWindows > 0 ? HaloStaging(store, in: folder, self) : nil
  }

  /// What sends halo rows to later batches, if that is to be done.
  package func mail(_ store: Store, _ histories: HistorySet) -> HaloMail? {
    mail.map { HaloMail(store, in: histories.folder, memory: $0, historyCount: histories.layers.count, self) }
  }
}
