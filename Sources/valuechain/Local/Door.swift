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
    try await opened(place) { try await work(Modules($0)) }
  }

  private static func opened<T>(_ place: Place, _ work: (Database) async throws -> T) async throws -> T {
    let database = try await Database.open(place)
    do {
      let result = try await work(database)
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

  /// Anything the API answers, asked of the server that holds the store, or of the store itself, which then also does what
  /// would be put off.
  /// - Throws: the refusal.
  static func ask(_ method: String, _ path: String, _ body: Data = Data(), at place: Place) async throws -> Data {
    if let server = server(at: place) { return try await server.send(method, path, body: body).body }
    return try await opened(place) { database in
      var settings = Settings()
      settings.requestsPerMinute = 0
      var log = log()
      log.logLevel = max(log.logLevel, .warning)
      let desk = OperatorDesk(try House(database, settings: settings, log: log))
      let (status, answer) = try await desk.ask(method, path, body: body)
      guard status < 400 else { throw OperatorClient.refusal(.init(status: status, body: answer)) }
      // Of a store elsewhere, another machine's server may do what waits, with the files it keeps there.
      guard method != "GET", database.dialect == .sqlite else { return answer }
      do {
        try await desk.workOff()
      } catch {
        // What was asked for is done; a failure here must not have it asked for again.
        let reason = (error as? Problem)?.message ?? "\(error)"
        Terminal.complain("Done, but not what waits behind it: \(reason) A server takes it up again.")
      }
      return answer
    }
  }

  /// As `ask`, read.
  static func told(_ method: String, _ path: String, _ body: Data = Data(), at place: Place) async throws -> JSONValue {
    JSONValue(answer: try await ask(method, path, body, at: place))
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
