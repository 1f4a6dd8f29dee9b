import Foundation
import Kernel

/// The calendar days of instants in a time zone; the offset is asked for once an hour of the data.
final class ZoneDays {
  private let zone: TimeZone
  private var offsets: [Int64: Int64] = [:]

  init(_ zone: TimeZone) { self.zone = zone }

  func day(of instant: Instant) -> Day {
    let seconds = instant.microseconds / 1_000_000
    let hour = seconds / 3_600
    let offset: Int64
    if let known = offsets[hour] {
      offset = known
    } else {
      offset = Int64(zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(hour * 3_600))))
      offsets[hour] = offset
    }
    let local = seconds + offset
    return Day(Int32(clamping: local >= 0 ? local / 86_400 : (local - 86_399) / 86_400))
  }
}
