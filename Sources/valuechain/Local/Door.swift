import Foundation
import Kernel
import Logging
import Server
import Store
import Web

/// How a command reaches a company: through the server that holds it, or by opening the store itself.
enum Door {
  static func place(_ options: StoreOptions) throws -> Place {
    try options.database.map { try Place($0) } ?? Place.standard
  }

  /// The socket of the server that holds a store; nil when none does.
  static func server(at place: Place) -> OperatorClient? {
    guard FileManager.default.fileExists(atPath: place.socketPath) else { return nil }
    if case .file(let path) = place, !FileLock.isHeld(path) { return nil }
    return OperatorClient(socket: place.socketPath)
  }

  /// Opens the store, does the work, and closes it however the work ends.
  static func open<T>(_ place: Place, _ work: (Modules) async throws -> T) async throws -> T {
    let database = try await Database.open(place)
    do {
      let result = try await work(Modules(database))
      try await database.close()
      return result
    } catch {
      try? await database.close()
      throw error
    }
  }

  /// What the server answers, or the store when no server holds it, as JSON either way.
  static func answer<Told: Encodable & Sendable>(
    _ method: String, _ path: String, _ body: (any Encodable & Sendable)? = nil, at place: Place,
    _ ask: @escaping @Sendable (Modules) async throws -> Told
  ) async throws -> Data {
    if let server = server(at: place) {
      let bytes = try body.map { try JSONEncoder().encode($0) } ?? Data((method == "GET" ? "" : "{}").utf8)
      return try await server.send(method, path, body: bytes).body
    }
    return try await open(place) { Data(try JSON.bytes(try await ask($0))) }
  }

  /// Standard error, one line an event; LOG_LEVEL chooses how much.
  static func log(_ format: LogFormat = .text) -> Logger {
    var logger = Logger(label: "valuechain") { label -> any LogHandler in
      if format == .json { JSONLog() } else { StreamLogHandler.standardError(label: label) }
    }
    logger.logLevel = ProcessInfo.processInfo.environment["LOG_LEVEL"].flatMap(Logger.Level.init(rawValue:)) ?? .notice
    return logger
  }
}
