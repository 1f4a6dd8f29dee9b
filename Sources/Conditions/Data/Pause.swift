import Kernel
import Store

/// Why something that works by itself does nothing for now, and since when.
package struct Pause: Sendable, Equatable, Codable {
  package let reason: String
  package let by: String
  package let at: Instant

  /// The pause in a row joined with it; nil when there is none.
  static func of(_ row: Row) throws -> Pause? {
    let at: Instant? = try row("paused_at")
    return try at.map { try Pause(reason: row("reason"), by: row("paused_by"), at: $0) }
  }
}
