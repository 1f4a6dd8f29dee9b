import Foundation
import HTTPTypes
import Hummingbird
import Kernel
import NIOCore
import ServiceLifecycle
import Web

extension Answer {
  /// The response for an answer.
  func response(gzip: Bool, cookies: CookieJar) throws -> Response {
    var fields = HTTPFields()
    for (name, value) in headers {
      if let name = HTTPField.Name(name) { fields[name] = value }
    }
    var set = self.cookies
    if let flash { set.append(try cookies.flash(flash)) }
    for cookie in set { fields.append(HTTPField(name: .setCookie, value: cookie)) }
    let status = HTTPResponse.Status(code: status)
    switch body {
    case .none: return Response(status: status, headers: fields)
    case .html(let html): return plain(html.bytes, "text/html; charset=utf-8", status, fields, gzip: gzip)
    case .json(let make): return plain(try make(), "application/json", status, fields, gzip: gzip)
    case .bytes(let bytes, let type): return plain(bytes, type, status, fields, gzip: gzip)
    case .stream(let type, let name, let write):
      fields[.contentType] = type
      if let name {
        fields[.contentDisposition] =
          "attachment; filename=\"\(Answer.fileName(name))\"; filename*=UTF-8''\(Address.encoded(name))"
      }
      return Response(
        status: status, headers: fields,
        body: ResponseBody { writer in
          var sink: any ByteSink = ResponseSink(writer: writer, isEndless: type == "text/event-stream")
          do {
            try await write(&sink)
          } catch is ResponseSink.Stopped {
            // Whoever follows asks again, of the next server.
          }
          try await writer.finish(nil)
        })
    }
  }

  private func plain(
    _ bytes: [UInt8], _ type: String, _ status: HTTPResponse.Status, _ fields: HTTPFields, gzip: Bool
  ) -> Response {
    var fields = fields
    if fields[.contentType] == nil { fields[.contentType] = type }
    if gzip, bytes.count > 4_096, let small = Gzip.compressed(bytes, level: 1) {
      fields[.contentEncoding] = "gzip"
      fields[.vary] = "Accept-Encoding"
      return Response(status: status, headers: fields, body: ResponseBody(byteBuffer: ByteBuffer(bytes: small)))
    }
    return Response(status: status, headers: fields, body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
  }

  /// A name that cannot end the header it stands in.
  private static func fileName(_ name: String) -> String {
    String(
      decoding: name.utf8.map {
        (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0) || [45, 46, 95].contains($0)
          ? $0 : UInt8(ascii: "-")
      },
      as: UTF8.self)
  }
}

/// Sends on what is written.
private struct ResponseSink: ByteSink {
  /// The server stops, and what goes on for ever has to end.
  struct Stopped: Error {}

  var writer: any ResponseBodyWriter
  let isEndless: Bool

  mutating func write(_ bytes: [UInt8]) async throws {
    if isEndless, Task.isShuttingDownGracefully { throw Stopped() }
    try await writer.write(ByteBuffer(bytes: bytes))
  }
}
