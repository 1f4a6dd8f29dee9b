import Foundation
import Kernel

/// When a company is backed up, and how long a backup is kept.
package struct BackupPlan: Sendable, Equatable, Codable {
  package var isOn = true
  /// The hour of the day in the company's time zone, 0 to 23.
  package var hour = 2
  /// Where backups go; nil for the folder `backups` beside the store.
  package var folder: String?
  /// For so many days the newest backup of each day is kept, and likewise for weeks and months.
  package var keepDays = 7
  package var keepWeeks = 4
  package var keepMonths = 6
  package var version: Int64 = 0

  package init() {}

  /// A backup is late when the newest good one is older than this.
  static let promisedHours = 26

  /// The last moment a backup was to be made, on or before `now`.
  func last(before now: Instant, in zone: TimeZone) -> Instant {
    let today = now.day(in: zone)
    let moment = BackupPlan.instant(today, hour: hour, in: zone)
    return moment <= now ? moment : BackupPlan.instant(today.adding(days: -1), hour: hour, in: zone)
  }

  /// The next moment after `now`; nil while the plan is off.
  package func next(after now: Instant, in zone: TimeZone) -> Instant? {
    guard isOn else { return nil }
    let today = now.day(in: zone)
    let moment = BackupPlan.instant(today, hour: hour, in: zone)
    return moment > now ? moment : BackupPlan.instant(today.adding(days: 1), hour: hour, in: zone)
  }

  /// Whether a backup is to be made now. One that failed is tried again an hour later.
  /// - Parameter since: when the plan or the company was made: nothing is due from before that.
  func isDue(_ now: Instant, in zone: TimeZone, newest: Backup?, since: Instant) -> Bool {
    guard isOn else { return false }
    let moment = last(before: now, in: zone)
    guard moment > since else { return false }
    guard let newest, newest.startedAt >= moment else { return true }
    return newest.problem != nil && now.seconds(since: newest.startedAt) > 3_600
  }

  /// Which backups are old enough to go. What was made by hand stays, and so does the newest that passed its drill.
  package func expired(_ backups: [Backup], in zone: TimeZone) -> [Backup] {
    let mine = backups.filter { $0.isPlanned && $0.removedAt == nil && $0.isWhole }
      .sorted { $0.startedAt > $1.startedAt }
    var kept = Set(mine.prefix(1).map(\.id))
    if let proved = mine.first(where: { $0.drill?.isGood == true }) { kept.insert(proved.id) }
    func keep(_ count: Int, by bucket: (Day) -> Day) {
      var seen: Set<Day> = []
      for backup in mine {
        let period = bucket(backup.startedAt.day(in: zone))
        guard !seen.contains(period), seen.count < count else { continue }
        seen.insert(period)
        kept.insert(backup.id)
      }
    }
    keep(keepDays) { $0 }
    keep(keepWeeks) { $0.startOfWeek() }
    keep(keepMonths) { $0.startOfMonth }
    return mine.filter { !kept.contains($0.id) }
  }

  private static func instant(_ day: Day, hour: Int, in zone: TimeZone) -> Instant {
    let seconds = Int64(day.number) * 86_400 + Int64(hour) * 3_600
    let offset = zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(seconds)))
    return Instant(microseconds: (seconds - Int64(offset)) * 1_000_000)
  }

  /// Refuses what cannot be kept to.
  package func checked() throws -> BackupPlan {
    func within(_ value: Int, _ range: ClosedRange<Int>, _ field: String) throws {
      guard range.contains(value) else {
        throw Problem(
          .invalid, field: field, "This takes a number from \(range.lowerBound) to \(range.upperBound).",
          mend: "Enter such a number.")
      }
    }
    try within(hour, 0...23, "hour")
    try within(keepDays, 1...400, "keepDays")
    try within(keepWeeks, 0...200, "keepWeeks")
    try within(keepMonths, 0...120, "keepMonths")
    guard folder?.hasPrefix("/") ?? true else {
      throw Problem(.invalid, field: "folder", "This is not a whole path.", mend: "Begin it with a slash.")
    }
    return self
  }
}
