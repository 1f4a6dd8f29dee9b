import Kernel

/// Where a body that is made while it is sent goes.
package protocol ByteSink {
  mutating func write(_ bytes: [UInt8]) async throws
}

/// What an action answers: one value that can be shown as a page or as JSON.
package struct Answer: Sendable {
  package enum Body: Sendable {
    case html(HTML)
    case json(@Sendable () throws -> [UInt8])
    /// Bytes that are already in their final form.
    case bytes([UInt8], type: String)
    /// Written piece by piece.
    case stream(type: String, name: String?, @Sendable (inout any ByteSink) async throws -> Void)
    case none
  }

  package var status: Int
  package var body: Body
  package var headers: [(String, String)] = []
  /// CookieJar to set, each a whole `Set-Cookie` value.
  package var cookies: [String] = []
  package var flash: Flash?
  /// What the JSON was made of, to hold it against what the route says it answers.
  package private(set) var type: (any (Encodable & Sendable).Type)?

  package init(status: Int = 200, body: Body) {
    self.status = status
    self.body = body
  }

  /// The same value for both faces: a page for a browser, JSON for a program.
  package static func both(
    _ visit: Visit, status: Int = 200, json: some Encodable & Sendable, html: () throws -> HTML
  ) rethrows -> Answer {
    switch visit.face {
    case .html: Answer(status: status, body: .html(try html()))
    case .json: .json(json, status: status)
    }
  }

  package static func page(_ html: HTML, status: Int = 200) -> Answer { Answer(status: status, body: .html(html)) }

  package static func json<Value: Encodable & Sendable>(_ value: Value, status: Int = 200) -> Answer {
    var answer = Answer(status: status, body: .json { try JSON.bytes(value) })
    answer.type = Value.self
    return answer
  }

  /// After a change: a browser goes on to `path`, a program gets the value.
  package static func changed(
    _ visit: Visit, to path: String, status: Int = 200, json: some Encodable & Sendable, flash: Flash? = nil
  ) -> Answer {
    switch visit.face {
    case .html: return .redirect(to: path, flash: flash)
    case .json:
      var answer = Answer.json(json, status: status)
      if [201, 202].contains(status) { answer.headers.append(("Location", "/api/v1" + path)) }
      return answer
    }
  }

  /// Goes to a path of this site; anything else goes home.
  package static func redirect(to path: String, flash: Flash? = nil) -> Answer {
    var answer = Answer(status: 303, body: .none)
    answer.headers.append(("Location", Address.isLocal(path) ? path : "/"))
    answer.flash = flash
    return answer
  }

  /// A file to keep, written while it is sent.
  package static func download(
    _ name: String, type: String,
    _ write: @escaping @Sendable (inout any ByteSink) async throws -> Void
  ) -> Answer {
    Answer(body: .stream(type: type, name: name, write))
  }

  /// Adds the version that `If-Match` is compared with.
  package func tagged(_ version: Int64) -> Answer {
    var answer = self
    answer.headers.append(("ETag", "\"\(version)\""))
    return answer
  }
}
