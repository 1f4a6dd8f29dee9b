import Foundation
import Kernel

/// A request as the actions see it: who, where, and what was sent, already decoded and bounded.
package struct Visit: Sendable {
  package enum Method: String, Sendable, CaseIterable {
    case get = "GET"
    case post = "POST"
    case put = "PUT"
    case patch = "PATCH"
    case delete = "DELETE"

    package var changes: Bool { self != .get }
  }

  /// How the answer is wanted.
  package enum Face: Sendable {
    /// A browser: pages, forms, redirects.
    case html
    /// A program: JSON.
    case json
  }

  /// A file that was sent along, kept in the data folder until the visit is over or the action takes it.
  package struct Upload: Sendable {
    package let name: String
    package let path: String
    package let bytes: Int64

    package init(name: String, path: String, bytes: Int64) {
      self.name = name
      self.path = path
      self.bytes = bytes
    }
  }

  package let method: Method
  /// The path without the `/api/v1` prefix, decoded.
  package let path: String
  package let face: Face
  /// The variable parts of the path by name.
  package var parameters: [String: String] = [:]
  package let query: Fields
  /// What a form or a JSON object held.
  package let fields: Fields
  package let upload: Upload?
  package let actor: Actor
  package let viewer: Viewer
  package let now: Instant
  /// Where the request came from, as far as can be told.
  package let address: String
  package let agent: String
  package let requestID: String
  /// The `Idempotency-Key` and the body it came with.
  package let idempotency: (key: String, body: [UInt8])?
  /// The body as it was sent, where it was JSON.
  package let body: [UInt8]
  /// The version an `If-Match` names.
  package let ifMatch: Int64?
  /// The site whose page sent this, as a browser says it; nil when it was no page.
  package let origin: String?
  /// Whether that site is this one.
  package let isOwnOrigin: Bool
  /// The session cookie or bearer token, for signing out.
  package let token: String?

  package init(
    method: Method, path: String, face: Face, query: Fields = Fields(), fields: Fields = Fields(),
    upload: Upload? = nil, actor: Actor, viewer: Viewer, now: Instant, address: String = "", agent: String = "",
    requestID: String = "", idempotency: (key: String, body: [UInt8])? = nil, ifMatch: Int64? = nil,
    token: String? = nil, origin: String? = nil, isOwnOrigin: Bool = true, body: [UInt8] = []
  ) {
    self.method = method
    self.path = path
    self.face = face
    self.query = query
    self.fields = fields
    self.upload = upload
    self.actor = actor
    self.viewer = viewer
    self.now = now
    self.address = address
    self.agent = agent
    self.requestID = requestID
    self.idempotency = idempotency
    self.ifMatch = ifMatch
    self.token = token
    self.origin = origin
    self.isOwnOrigin = isOwnOrigin
    self.body = body
  }

  package var today: Day { viewer.today }

  /// The address of a record's page with the list it was opened from, so that the way to its neighbours stays.
  package func keepingOrigin(_ path: String) -> String {
    guard let from = query["from"], !from.isEmpty else { return path }
    return Address.path(path, [("from", from)])
  }

  /// The list a record was opened from, as its reader left it.
  package func originList(_ path: String) -> String {
    guard let from = query["from"], !from.isEmpty else { return path }
    return "\(path)\(from.utf8.first == UInt8(ascii: "?") ? "" : "?")\(from)"
  }

  /// The identity in the path.
  /// - Throws: not found, when it is no identity: nothing has such an address.
  package func id<Thing>(_ name: String = "id", of type: Thing.Type = Thing.self) throws -> ID<Thing> {
    guard let text = parameters[name], let id = ID<Thing>(text: text) else {
      throw Problem(.notFound, "There is nothing at this address.")
    }
    return id
  }
}

/// Names with their values, as a query, a form or a JSON object has them.
package struct Fields: Sendable, Equatable {
  package private(set) var all: [(name: String, value: String)] = []

  package init() {}

  package init(_ pairs: [(String, String)]) { all = pairs.map { (name: $0.0, value: $0.1) } }

  package mutating func add(_ name: String, _ value: String) { all.append((name, value)) }

  /// The last value of a name: in a form a checkbox follows the hidden field of the same name.
  package subscript(_ name: String) -> String? { all.last { $0.name == name }?.value }

  package func values(of name: String) -> [String] { all.filter { $0.name == name }.map(\.value) }

  /// The values of `name[key]`, by key.
  package func members(of name: String) -> [String: String] {
    var found: [String: String] = [:]
    for (full, value) in all {
      let bytes = full.utf8
      let prefix = "\(name)["
      guard full.hasPrefix(prefix), bytes.last == UInt8(ascii: "]") else { continue }
      found[String(full.dropFirst(prefix.count).dropLast())] = value
    }
    return found
  }

  /// The values by name, the last of each: what a form shows again.
  package var dictionary: [String: String] {
    Dictionary(all.map { ($0.name, $0.value) }, uniquingKeysWith: { _, last in last })
  }

  /// A value that must be there.
  package func required(_ name: String) throws -> String {
    guard let value = self[name], !value.isEmpty else {
      throw Problem(.invalid, field: name, "This must not be empty.", mend: "Fill it in.")
    }
    return value
  }

  /// A whole number; nil when the field is empty or missing.
  package func integer(_ name: String, in range: ClosedRange<Int64>) throws -> Int64? {
    guard let text = self[name], !text.isEmpty else { return nil }
    guard let value = Int64(text), range.contains(value), !text.hasPrefix("+") else {
      throw Problem(
        .invalid, field: name,
        "“\(text.prefix(40))” is not a whole number from \(range.lowerBound) to \(range.upperBound).",
        mend: "Enter such a number.")
    }
    return value
  }

  /// A day written as `YYYY-MM-DD`; nil when the field is empty or missing.
  package func day(_ name: String) throws -> Day? {
    guard let text = self[name], !text.isEmpty else { return nil }
    guard let day = Day(text) else {
      throw Problem(.invalid, field: name, "“\(text.prefix(40))” is not a day.", mend: "Write it as YYYY-MM-DD.")
    }
    return day
  }

  package static func == (left: Fields, right: Fields) -> Bool {
    left.all.elementsEqual(right.all) { $0.name == $1.name && $0.value == $1.value }
  }
}
