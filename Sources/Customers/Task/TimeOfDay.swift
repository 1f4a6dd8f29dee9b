import Foundation
import Kernel

/// A time on the company's clock, to the minute.
package struct TimeOfDay: Sendable, Equatable, Comparable, Codable, CustomStringConvertible {
  /// Minutes since midnight.
  package let minute: Int

  package init?(minute: Int) {
    guard (0..<1_440).contains(minute) else { return nil }
    self.minute = minute
  }

  package static let midnight = TimeOfDay(unchecked: 0)

  private init(unchecked minute: Int) { self.minute = minute }

  /// Reads `9:30`, `09:30`, `9.30` and `9`.
  package init?(_ text: String) {
    let parts = text.utf8.split(omittingEmptySubsequences: false) {
      $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: ".")
    }
    guard (1...2).contains(parts.count) else { return nil }
    let numbers = parts.compactMap { part -> Int? in
      guard (1...2).contains(part.count), part.allSatisfy({ (48...57).contains($0) }) else { return nil }
      return part.reduce(0) { $0 * 10 + Int($1 - 48) }
    }
    guard numbers.count == parts.count, let hours = numbers.first, hours < 24 else { return nil }
    let minutes = numbers.count > 1 ? numbers[1] : 0
    guard minutes < 60 else { return nil }
    minute = hours * 60 + minutes
  }

  package static func < (left: TimeOfDay, right: TimeOfDay) -> Bool { left.minute < right.minute }

  package var description: String {
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    return "\(two(minute / 60)):\(two(minute % 60))"
  }

  package init(from decoder: any Decoder) throws {
    let text = try decoder.singleValueContainer().decode(String.self)
    guard let time = TimeOfDay(text) else {
      throw Problem(.invalid, "“\(text.prefix(20))” is no time of day.", mend: "Write it as 14:30.")
    }
    self = time
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}

extension Instant {
  /// The moment a clock in a zone shows a time on a day. Of an hour that comes twice it is the first; one that is left
  /// out stands for the hour after it.
  package init(_ day: Day, _ time: TimeOfDay, in zone: TimeZone) {
    let local = Int64(day.number) * 86_400 + Int64(time.minute) * 60
    func offset(_ seconds: Int64) -> Int64 {
      Int64(zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(seconds))))
    }
    let before = local - offset(local - 86_400)
    let after = local - offset(before)
    self.init(microseconds: (offset(after) == local - after ? after : before) * 1_000_000)
  }

  /// What a clock in a zone shows.
  package func time(in zone: TimeZone) -> TimeOfDay? {
    let seconds = Int64((Double(microseconds) / 1e6).rounded(.down))
    let offset = Int64(zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(seconds))))
    let ofDay = ((seconds + offset) % 86_400 + 86_400) % 86_400
    return TimeOfDay(minute: Int(ofDay / 60))
  }
}
