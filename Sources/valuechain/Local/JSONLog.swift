import Foundation
import Kernel
import Logging

/// One event, one line of JSON on standard error: for programs that gather logs.
struct JSONLog: LogHandler {
  var metadata: Logger.Metadata = [:]
  var metadataProvider: Logger.MetadataProvider?
  var logLevel = Logger.Level.notice

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    var line: [String: String] = [:]
    for (name, value) in metadata { line[name] = "\(value)" }
    for (name, value) in event.metadata ?? [:] { line[name] = "\(value)" }
    line["at"] = SystemClock().now.description
    line["level"] = event.level.rawValue
    line["message"] = event.message.description
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    guard let bytes = try? encoder.encode(line) else { return }
    FileHandle.standardError.write(bytes + Data([10]))
  }
}

/// How the log is written.
enum LogFormat: String, CaseIterable, Sendable {
  case text, json
}
