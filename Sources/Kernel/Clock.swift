import Foundation

/// A moment in UTC: microseconds since 1970-01-01T00:00:00Z.
public struct Instant: Hashable, Sendable, Comparable, Codable, CustomStringConvertible {
  public let microseconds: Int64

  public init(microseconds: Int64) { self.microseconds = microseconds }

  public init(from decoder: any Decoder) throws {
    microseconds = try decoder.singleValueContainer().decode(Int64.self)
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(microseconds)
  }

  public func adding(seconds: Int64) -> Instant {
    let (scaled, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000)
    let (sum, overflow2) = microseconds.addingReportingOverflow(scaled)
    return Instant(microseconds: overflow || overflow2 ? (seconds < 0 ? .min : .max) : sum)
  }

  /// Seconds from `other` to this one; negative when this one is earlier.
  public func seconds(since other: Instant) -> Double {
    Double(microseconds) / 1e6 - Double(other.microseconds) / 1e6
  }

  public static func < (left: Instant, right: Instant) -> Bool { left.microseconds < right.microseconds }

  /// The calendar day in a time zone.
  public func day(in zone: TimeZone) -> Day {
    let seconds = Int64((Double(microseconds) / 1e6).rounded(.down))
    let offset = Int64(zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(seconds))))
    let local = seconds.addingReportingOverflow(offset).partialValue
    return Day(Int32(clamping: Int64((Double(local) / 86_400).rounded(.down))))
  }

  /// When a calendar day begins in a time zone; the first moment of it where its midnight is skipped.
  public init(startOf day: Day, in zone: TimeZone) {
    let midnight = Int64(day.number) * 86_400
    func offset(at seconds: Int64) -> Int64 {
      Int64(zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(seconds))))
    }
    let guess = midnight - offset(at: midnight)
    let seconds = midnight - offset(at: guess)
    // Where clocks go forward at midnight the guess lies after the gap, and the later of the two is in the day.
    self.init(microseconds: max(seconds, midnight - max(offset(at: guess), offset(at: midnight))) * 1_000_000)
  }

  /// ISO 8601 in UTC to the second: `2026-11-21T20:39:03Z`.
  public var description: String {
    let seconds = Int64((Double(microseconds) / 1e6).rounded(.down))
    let dayNumber = Int64((Double(seconds) / 86_400).rounded(.down))
    let rest = Int(seconds - dayNumber * 86_400)
    func two(_ value: Int) -> String { value < 10 ? "0\(value)" : String(value) }
    return "\(Day(Int32(clamping: dayNumber)))T\(two(rest / 3600)):\(two(rest / 60 % 60)):\(two(rest % 60))Z"
  }
}

/// Where the time comes from; an argument everywhere, so that tests can hold it still.
public protocol Clock: Sendable {
  var now: Instant { get }
}

/// The machine's clock.
public struct SystemClock: Clock {
  public init() {}
  public var now: Instant {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Instant(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000)
  }
}

/// A clock that stands still, for tests and scenarios.
public struct FixedClock: Clock {
  public let now: Instant
  public init(_ now: Instant) { self.now = now }
}
