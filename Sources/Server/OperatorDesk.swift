import Foundation
import HTTPTypes
import Hummingbird
import Kernel
import Logging
import NIOCore

/// Asks the product without a network, with the rights of the machine's operator: what a command does while nobody serves
/// the store. It goes through the same routes as a program that asks a server.
package struct OperatorDesk: Sendable {
  private let house: House

  package init(_ house: House) { self.house = house }

  /// - Parameters:
  ///   - path: below `/api/v1`.
  ///   - body: JSON, or nothing.
  /// - Returns: the status and the whole answer.
  package func ask(_ method: String, _ path: String, body: Data) async throws -> (status: Int, body: Data) {
    guard let verb = HTTPRequest.Method(method) else {
      throw Problem(
        .malformed, field: "method", "“\(method.prefix(20))” is no method.",
        mend: "Use GET, POST, PUT, PATCH or DELETE.")
    }
    var headers: HTTPFields = [.contentType: "application/json"]
    headers[.contentLength] = "\(body.count)"
    let request = Request(
      head: HTTPRequest(
        method: verb, scheme: "http", authority: "localhost", path: "/api/v1" + path, headerFields: headers),
      body: RequestBody(buffer: ByteBuffer(bytes: body)))
    let responder = Responder(house: house, isOperator: true)
    let response = try await responder.respond(to: request, context: VisitContext(local: house.log))
    let written = Written()
    try await response.body.write(written)
    return (response.status.code, written.bytes)
  }

  /// Does what was put off, now that no server will.
  package func workOff() async throws {
    let runner = house.runner()
    while try await runner.runNext() {}
  }

  /// Keeps what an answer writes.
  private final class Written: ResponseBodyWriter {
    var bytes = Data()
    func write(_ buffer: ByteBuffer) { bytes.append(contentsOf: buffer.readableBytesView) }
    func finish(_ trailingHeaders: HTTPFields?) {}
  }
}
