/// A refusal: something asked for cannot be done, and the person who asked can be told why.
///
/// Thrown by every module; rendered in exactly three places (HTML page, RFC 9457 JSON, command line).
public struct Problem: Error, Equatable, Sendable, Codable {
  /// What kind of refusal it is; decides the HTTP status and the exit code.
  public enum Kind: String, Sendable, Codable, CaseIterable {
    /// The input is wrong: 422, exit 1.
    case invalid
    /// The request itself is malformed: 400, exit 2.
    case malformed
    /// Nobody is signed in, or the credentials are wrong: 401.
    case notSignedIn
    /// Signed in, but not allowed: 403.
    case notAllowed
    /// It does not exist, or the actor may not know that it does: 404.
    case notFound
    /// The address does not take this method: 405.
    case wrongMethod
    /// Someone else changed it, or it exists already: 409.
    case conflict
    /// Sent with the wrong media type: 415.
    case wrongMediaType
    /// Larger than the limit: 413.
    case tooLarge
    /// Too many tries: 429.
    case tooMany
    /// The store or the disk cannot take it now: 503.
    case unavailable
  }

  /// A named fact about the refusal, for programs and for the sentence a person reads.
  public struct Fact: Equatable, Sendable, Codable {
    public let name: String
    public let value: String
    public init(_ name: String, _ value: String) {
      self.name = name
      self.value = value
    }
  }

  public let kind: Kind
  /// The field, column or option that is wrong, by the name its owner knows it under.
  public let field: String?
  /// What happened, one sentence.
  public let message: String
  /// What would mend it, one sentence.
  public let mend: String?
  public let facts: [Fact]

  public init(
    _ kind: Kind, field: String? = nil, _ message: String, mend: String? = nil, facts: [Fact] = []
  ) {
    self.kind = kind
    self.field = field
    self.message = message
    self.mend = mend
    self.facts = facts
  }
}

extension Problem: CustomStringConvertible {
  /// The refusal as one line: field, sentence, mend.
  public var description: String {
    let head = field.map { "\($0): \(message)" } ?? message
    return mend.map { "\(head) \($0)" } ?? head
  }
}
