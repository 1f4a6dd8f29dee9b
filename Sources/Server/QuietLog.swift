import Logging

/// The log for the machinery under the server, which notes a number for every request: that is put into words only when
/// there is something to say.
struct QuietLog: LogHandler {
  let log: Logger
  var metadata: Logger.Metadata = [:]
  var metadataProvider: Logger.MetadataProvider?
  var logLevel: Logger.Level

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    let all = metadata.merging(event.metadata ?? [:]) { _, later in later }
    log.log(level: event.level, event.message, metadata: all, source: event.source)
  }
}
