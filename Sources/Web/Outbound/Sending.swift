/// What is posted to another program.
package struct OutboundPost: Sendable {
  package let address: OutboundAddress
  package let headers: [(name: String, value: String)]
  package let body: [UInt8]

  package init(to address: OutboundAddress, headers: [(name: String, value: String)], body: [UInt8]) {
    self.address = address
    self.headers = headers
    self.body = body
  }
}

/// What it answered.
package struct OutboundReply: Sendable, Equatable {
  package let status: Int
  /// At most so many bytes as the door takes.
  package let body: [UInt8]

  package init(status: Int, body: [UInt8]) {
    self.status = status
    self.body = body
  }
}

/// The one way out of this program: posts, and waits for the answer.
/// - Throws: `Problem` when nobody answered, or the address is not to be sent to.
package typealias OutboundDoor = @Sendable (OutboundPost) async throws -> OutboundReply
