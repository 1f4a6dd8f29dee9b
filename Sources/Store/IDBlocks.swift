import Kernel
import Synchronization

/// Hands out identities from blocks reserved in the store, so that most inserts need no round trip.
///
/// On PostgreSQL a block is one value of a sequence, which survives a rollback; on SQLite it is a counter in a table, so
/// after a rollback the block in hand is dropped.
final class IDBlocks: Sendable {
  static let size: Int64 = 1_000

  private let current = Mutex<Range<Int64>>(0..<0)

  func take(_ count: Int, _ connection: any Connection) throws -> Range<Int64> {
    let wanted = Int64(max(0, count))
    return try current.withLock { held in
      if held.upperBound - held.lowerBound < wanted {
        held = try reserve(wanted, connection)
      }
      let taken = held.lowerBound..<(held.lowerBound + wanted)
      held = taken.upperBound..<held.upperBound
      return taken
    }
  }

  /// Forgets the block in hand, whose reservation was rolled back.
  func drop() { current.withLock { $0 = 0..<0 } }

  private func reserve(_ wanted: Int64, _ connection: any Connection) throws -> Range<Int64> {
    let size = max(Self.size, wanted)
    let sql: String
    switch connection.dialect {
    case .sqlite: sql = "UPDATE id_block SET next = next + \(size) RETURNING next - \(size)"
    // A function around a sequence: it is not rolled back, and its lock is not held to the end of the transaction.
    case .postgres: sql = "SELECT reserve_ids(\(size))"
    }
    var start: Int64?
    try connection.query(sql, []) { start = try $0(0) }
    guard let start else {
      throw Problem(.unavailable, "The store gives out no identities.", mend: "Run valuechain doctor.")
    }
    return start..<(start + size)
  }
}
