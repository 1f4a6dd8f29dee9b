import Foundation
import HTTPTypes
import Hummingbird
import Kernel
import Logging
import NIOCore
import NIOEmbedded
import Server
import Store
import StoreTesting

/// The product over an empty store, asked without a network.
struct Door {
  let responder: Responder

  struct Reply {
    let status: Int
    let headers: HTTPFields
    let text: String

    subscript(_ name: String) -> String? { HTTPField.Name(name).flatMap { headers[$0] } }
  }

  func ask(
    _ method: HTTPRequest.Method, _ path: String, host: String = "127.0.0.1:8080", headers: [String: String] = [:],
    body: String = ""
  ) async throws -> Reply {
    var fields = HTTPFields()
    for (name, value) in headers {
      if let name = HTTPField.Name(name) { fields[name] = value }
    }
    let request = Request(
      head: HTTPRequest(method: method, scheme: "http", authority: host, path: path, headerFields: fields),
      body: RequestBody(buffer: ByteBuffer(string: body)))
    let source = ApplicationRequestContextSource(channel: NIOAsyncTestingChannel(), logger: Door.quiet)
    let response = try await responder.respond(to: request, context: VisitContext(source: source))
    let written = Written()
    try await response.body.write(written)
    let text = String(decoding: written.bytes, as: UTF8.self)
    return Reply(status: response.status.code, headers: response.headers, text: text)
  }

  static var quiet: Logger { Logger(label: "test") { _ in SwiftLogNoOpLogHandler() } }

  /// Keeps what a response writes.
  private final class Written: ResponseBodyWriter {
    var bytes: [UInt8] = []
    func write(_ buffer: ByteBuffer) { bytes.append(contentsOf: buffer.readableBytesView) }
    func finish(_ trailingHeaders: HTTPFields?) {}
  }
}

/// Runs `body` with the product over a migrated SQLite store of its own.
func withHouse<T: Sendable>(_ body: @escaping (House) async throws -> T) async throws -> T {
  try await withStore(.sqlite) { database in
    var settings = Settings()
    // A test asks faster than anybody may; limits have tests of their own.
    settings.requestsPerMinute = 0
    return try await body(try House(database, settings: settings, clock: Stores.clock, log: Door.quiet))
  }
}

/// Numbers that look random and are the same in every run.
struct Chance: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
