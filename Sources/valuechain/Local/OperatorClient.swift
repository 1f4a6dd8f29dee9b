import Foundation
import Kernel
import NIOCore
import NIOHTTP1
import NIOPosix
import Tabular

/// Speaks to a running server over the socket in its data folder, with the rights of the machine's operator.
struct OperatorClient: Sendable {
  let socket: String

  struct Reply: Sendable {
    let status: Int
    let body: Data

    func decoded<T: Decodable>(as type: T.Type) throws -> T { try JSONDecoder().decode(type, from: body) }
  }

  /// Sends a request and waits for the whole answer.
  /// - Throws: the server's refusal as the `Problem` it was.
  func send(
    _ method: String, _ path: String, body: Data = Data(), file: ByteSource? = nil, into target: FileHandle? = nil
  ) async throws -> Reply {
    let promise = MultiThreadedEventLoopGroup.singleton.next().makePromise(of: Reply.self)
    let channel: any Channel
    do {
      channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
        .channelInitializer { channel in
          channel.eventLoop.makeCompletedFuture {
            try channel.pipeline.syncOperations.addHTTPClientHandlers()
            try channel.pipeline.syncOperations.addHandler(ReplyHandler(promise, into: target))
          }
        }
        .connect(unixDomainSocketPath: socket).get()
    } catch {
      promise.fail(error)
      throw Problem(.unavailable, field: "database", "The server at \(socket) does not answer.", mend: "Restart it.")
    }
    var head = HTTPRequestHead(version: .http1_1, method: HTTPMethod(rawValue: method), uri: "/api/v1" + path)
    head.headers.add(name: "Host", value: "localhost")
    head.headers.add(name: "Connection", value: "close")
    head.headers.add(name: "Content-Length", value: "\(file?.size ?? body.count)")
    head.headers.add(name: "Content-Type", value: file == nil ? "application/json" : "application/octet-stream")
    channel.write(HTTPClientRequestPart.head(head), promise: nil)
    do {
      if let file {
        try await OperatorClient.write(file, to: channel)
      } else {
        channel.write(HTTPClientRequestPart.body(.byteBuffer(ByteBuffer(bytes: body))), promise: nil)
      }
      try await channel.writeAndFlush(HTTPClientRequestPart.end(nil))
    } catch let problem as Problem {
      try? await channel.close()
      throw problem
    } catch {
      // The server hung up before it had everything; what it answered tells why.
    }
    let reply = try await promise.futureResult.get()
    try? await channel.close()
    guard reply.status < 400 else { throw OperatorClient.refusal(reply) }
    return reply
  }

  /// Keeps an answer as a file, piece by piece.
  func save(_ path: String, to file: String) async throws {
    guard FileManager.default.createFile(atPath: file, contents: nil, attributes: [.posixPermissions: 0o600]),
      let handle = FileHandle(forWritingAtPath: file)
    else {
      throw Problem(.unavailable, "“\(file)” cannot be written.", mend: "Check the folder and its rights.")
    }
    defer { try? handle.close() }
    _ = try await send("GET", path, into: handle)
  }

  /// Hands a file on piece by piece.
  private static func write(_ file: ByteSource, to channel: any Channel) async throws {
    let reader = file.makeReader()
    var buffer = [UInt8](repeating: 0, count: 1 << 20)
    while true {
      let count = try buffer.withUnsafeMutableBytes { try reader.read(into: $0) }
      guard count > 0 else { return }
      let piece = ByteBuffer(bytes: buffer[..<count])
      try await channel.writeAndFlush(HTTPClientRequestPart.body(.byteBuffer(piece)))
    }
  }

  private struct Details: Decodable {
    let detail: String
    let field: String?
    let mend: String?
    let type: String
  }

  static func refusal(_ reply: Reply) -> Problem {
    guard let details = try? reply.decoded(as: Details.self) else {
      return Problem(.unavailable, "The server answered \(reply.status).")
    }
    let kind = details.type.split(separator: "#").last.flatMap { Problem.Kind(rawValue: String($0)) } ?? .unavailable
    return Problem(kind, field: details.field, details.detail, mend: details.mend)
  }
}

/// Gathers the parts of an answer.
private final class ReplyHandler: ChannelInboundHandler {
  typealias InboundIn = HTTPClientResponsePart

  private let promise: EventLoopPromise<OperatorClient.Reply>
  /// Where the body of an answer goes that is no refusal.
  private let target: FileHandle?
  private var status = 0
  private var body = Data()

  init(_ promise: EventLoopPromise<OperatorClient.Reply>, into target: FileHandle?) {
    self.promise = promise
    self.target = target
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head(let head): status = Int(head.status.code)
    case .body(let part):
      guard let target, status < 400 else { return body.append(contentsOf: part.readableBytesView) }
      do { try target.write(contentsOf: Data(part.readableBytesView)) } catch {
        promise.fail(Problem(.unavailable, "The disk did not take the file.", mend: "Free some space."))
        context.close(promise: nil)
      }
    case .end: promise.succeed(OperatorClient.Reply(status: status, body: body))
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    promise.fail(ReplyHandler.hungUp)
    context.close(promise: nil)
  }

  func channelInactive(context: ChannelHandlerContext) { promise.fail(ReplyHandler.hungUp) }

  private static let hungUp = Problem(.unavailable, "The server closed the connection.", mend: "Look at its log.")
}
