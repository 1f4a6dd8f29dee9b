/// The identity of one `Thing`: a positive 64-bit integer made by the application.
///
/// Identifiers of different things are different types, so a product cannot be handed in as a customer.
public struct ID<Thing>: Hashable, Sendable, Comparable, Codable, CustomStringConvertible {
  public let rawValue: Int64

  public init(_ rawValue: Int64) { self.rawValue = rawValue }

  /// Reads an identifier as it stands in a URL; nil unless it is a positive decimal integer in its shortest form.
  public init?(text: some StringProtocol) {
    guard let value = Int64(text), value > 0, String(value) == text else { return nil }
    rawValue = value
  }

  public init(from decoder: any Decoder) throws {
    rawValue = try decoder.singleValueContainer().decode(Int64.self)
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(rawValue)
  }

  public static func < (left: ID, right: ID) -> Bool { left.rawValue < right.rawValue }

  public var description: String { String(rawValue) }
}
