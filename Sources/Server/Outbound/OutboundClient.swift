import Foundation
import Kernel
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import Web

/// Posts to other programs, and to nothing that is not theirs: the name is looked up once, every address it has must be
/// one that may be sent to, and the connection goes to that very address. No redirects, no proxy, no cookies; ten
/// seconds and 64 KiB at most.
package struct OutboundClient: Sendable {
  package typealias Resolver = @Sendable (_ host: String) async throws -> [NetworkAddress]

  let outlets: Outlets
  let patience: Duration
  let resolve: Resolver
  private let security: NIOSSLContext?

  static let mostBytes = 64 << 10

  package init(
    _ outlets: Outlets, patience: Duration = .seconds(10), resolve: @escaping Resolver = OutboundClient.systemNames
  ) {
    self.outlets = outlets
    self.patience = patience
    self.resolve = resolve
    security = try? NIOSSLContext(configuration: .makeClientConfiguration())
  }

  package func post(_ post: OutboundPost) async throws -> OutboundReply {
    let deadline = ContinuousClock.now + patience
    return try await withThrowingTaskGroup(of: OutboundReply.self) { group in
      group.addTask { try await send(post, until: deadline) }
      group.addTask {
        try await Task.sleep(until: deadline, clock: .continuous)
        throw Problem(
          .unavailable, field: "address", "There was no answer within \(patience.components.seconds) seconds.")
      }
      defer { group.cancelAll() }
      guard let first = try await group.next() else { throw CancellationError() }
      return first
    }
  }

  /// The addresses of a host that may be connected to; none when one of them is not to be sent to.
  package func addresses(of address: OutboundAddress) async throws -> [NetworkAddress] {
    if let literal = address.literal {
      try outlets.check([literal], of: address)
      return [literal]
    }
    let found = try await resolve(address.host)
    guard !found.isEmpty else {
      throw Problem(.unavailable, field: "address", "Nobody knows a machine of the name \(address.host).")
    }
    try outlets.check(found, of: address)
    return found
  }

  private func send(_ post: OutboundPost, until deadline: ContinuousClock.Instant) async throws -> OutboundReply {
    var last: any Error = Problem(.unavailable, field: "address", "The machine does not answer.")
    for found in try await addresses(of: post.address).prefix(3) {
      let channel: any Channel
      let answer: EventLoopFuture<OutboundReply>
      do {
        (channel, answer) = try await connect(to: found, for: post.address, until: deadline)
      } catch {
        last = error
        continue
      }
      return try await withTaskCancellationHandler {
        defer { channel.close(promise: nil) }
        write(post, to: channel)
        do {
          return try await answer.get()
        } catch let problem as Problem {
          throw problem
        } catch {
          throw OutboundClient.told(error)
        }
      } onCancel: {
        channel.close(promise: nil)
      }
    }
    throw OutboundClient.told(last)
  }

  private func connect(
    to found: NetworkAddress, for address: OutboundAddress, until deadline: ContinuousClock.Instant
  ) async throws -> (any Channel, EventLoopFuture<OutboundReply>) {
    guard address.scheme == .http || security != nil else {
      throw Problem(
        .unavailable, "This machine has no list of certificates it trusts.", mend: "Install ca-certificates.")
    }
    let left = (deadline - ContinuousClock.now).components
    let milliseconds = max(1, left.seconds * 1_000 + left.attoseconds / 1_000_000_000_000_000)
    let loop = MultiThreadedEventLoopGroup.singleton.next()
    let promise = loop.makePromise(of: OutboundReply.self)
    let context = address.scheme == .https ? security : nil
    let name = address.literal == nil ? address.host : nil
    do {
      let channel = try await ClientBootstrap(group: loop)
        .connectTimeout(.milliseconds(milliseconds))
        .channelInitializer { channel in
          channel.eventLoop.makeCompletedFuture {
            let pipeline = channel.pipeline.syncOperations
            if let context { try pipeline.addHandler(try NIOSSLClientHandler(context: context, serverHostname: name)) }
            try pipeline.addHTTPClientHandlers()
            try pipeline.addHandler(OutboundReplyHandler(promise, most: OutboundClient.mostBytes))
          }
        }
        .connect(to: try SocketAddress(ipAddress: found.description, port: address.port)).get()
      return (channel, promise.futureResult)
    } catch {
      promise.fail(error)
      throw error
    }
  }

  private func write(_ post: OutboundPost, to channel: any Channel) {
    var head = HTTPRequestHead(version: .http1_1, method: .POST, uri: post.address.target)
    head.headers.add(name: "Host", value: post.address.authority)
    head.headers.add(name: "User-Agent", value: "Valuechain")
    head.headers.add(name: "Connection", value: "close")
    head.headers.add(name: "Content-Length", value: "\(post.body.count)")
    for (name, value) in post.headers { head.headers.add(name: name, value: value) }
    channel.write(HTTPClientRequestPart.head(head), promise: nil)
    channel.write(HTTPClientRequestPart.body(.byteBuffer(ByteBuffer(bytes: post.body))), promise: nil)
    channel.writeAndFlush(HTTPClientRequestPart.end(nil), promise: nil)
  }

  /// A fault of the network as a sentence.
  static func told(_ error: any Error) -> any Error {
    if error is Problem || error is CancellationError { return error }
    let what =
      switch error {
      case let error as NIOSSLError: "No secure connection: \(error)."
      case let error as NIOSSLExtraError: "No secure connection: \(error)."
      case is HTTPParserError: "The answer is not HTTP."
      default: "The machine does not take the connection, or ended it."
      }
    return Problem(.unavailable, field: "address", what)
  }

  /// Asks the system's resolver, away from the threads that serve.
  package static let systemNames: Resolver = { host in
    try await NIOThreadPool.singleton.runIfActive { OutboundClient.lookUp(host) }
  }

  private static func lookUp(_ host: String) -> [NetworkAddress] {
    var hints = addrinfo()
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    var list: UnsafeMutablePointer<addrinfo>?
    guard getaddrinfo(host, nil, &hints, &list) == 0 else { return [] }
    defer { freeaddrinfo(list) }
    var found: [NetworkAddress] = []
    var next = list
    while let entry = next?.pointee {
      next = entry.ai_next
      guard let raw = UnsafeRawPointer(entry.ai_addr) else { continue }
      let offset = entry.ai_family == AF_INET ? 4 : entry.ai_family == AF_INET6 ? 8 : nil
      guard let offset else { continue }
      let size = entry.ai_family == AF_INET ? 4 : 16
      let bytes = Array(UnsafeRawBufferPointer(start: raw + offset, count: size))
      if let address = NetworkAddress(bytes: bytes), !found.contains(address) { found.append(address) }
    }
    return found
  }
}

/// Gathers one answer, and ends the connection when it is longer than agreed.
private final class OutboundReplyHandler: ChannelInboundHandler {
  typealias InboundIn = HTTPClientResponsePart

  private let promise: EventLoopPromise<OutboundReply>
  private let most: Int
  private var status = 0
  private var body: [UInt8] = []

  init(_ promise: EventLoopPromise<OutboundReply>, most: Int) {
    self.promise = promise
    self.most = most
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head(let head): status = Int(head.status.code)
    case .body(let part):
      body.append(contentsOf: part.readableBytesView.prefix(most - body.count))
      guard body.count >= most else { return }
      promise.succeed(OutboundReply(status: status, body: body))
      context.close(promise: nil)
    case .end:
      promise.succeed(OutboundReply(status: status, body: body))
      context.close(promise: nil)
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    promise.fail(error)
    context.close(promise: nil)
  }

  func channelInactive(context: ChannelHandlerContext) {
    promise.fail(Problem(.unavailable, field: "address", "The machine ended the connection without an answer."))
  }
}
