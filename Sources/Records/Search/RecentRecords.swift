import Kernel
import Store
import Synchronization

/// What each person opened lately: every statement on its table.
package struct RecentRecords: Sendable {
  struct Place: Sendable, Hashable {
    let noun: String
    let id: Int64
  }

  private struct Opening: Hashable {
    let user: Int64
    let place: Place
  }

  /// When each was written last, so that a page that is loaded over and over costs nothing.
  private final class Written: Sendable {
    let times = Mutex<[Opening: Instant]>([:])
  }

  static let kept = 50
  private static let seconds = 60.0

  let database: Database
  let clock: any Clock
  private let written = Written()

  init(_ database: Database, clock: any Clock) {
    self.database = database
    self.clock = clock
  }

  /// Newest first.
  func all(of actor: Actor, in tx: Transaction) throws -> [Place] {
    guard let user = actor.user else { return [] }
    return try tx.rows(
      """
      SELECT noun, record_id FROM recent_record WHERE user_id = \(user) ORDER BY at DESC, record_id LIMIT \(Self.kept)
      """
    ) { Place(noun: try $0(0), id: try $0(1)) }
  }

  /// Notes that somebody opened a record, at most once a minute each.
  func note(_ noun: Actor.Noun, _ id: Int64, by actor: Actor) async throws {
    guard let user = actor.user else { return }
    let now = clock.now
    let opening = Opening(user: user, place: Place(noun: noun.rawValue, id: id))
    let isDue = written.times.withLock { times in
      if let last = times[opening], now.seconds(since: last) < Self.seconds { return false }
      if times.count > 2_000 { times = times.filter { now.seconds(since: $0.value) < Self.seconds } }
      times[opening] = now
      return true
    }
    guard isDue else { return }
    try await database.jot { tx in
      try tx.run(
        """
        INSERT INTO recent_record (user_id, noun, record_id, at) VALUES (\(user), \(noun.rawValue), \(id), \(now))
        ON CONFLICT (user_id, noun, record_id) DO UPDATE SET at = excluded.at
        """)
      try tx.run(
        """
        DELETE FROM recent_record WHERE user_id = \(user) AND at < (
          SELECT min(at) FROM (
            SELECT at FROM recent_record WHERE user_id = \(user) ORDER BY at DESC LIMIT \(Self.kept)) AS kept)
        """)
    }
  }
}
