import Foundation
import Kernel
import Records

extension WorkTask {
  /// What a person or program may set.
  package struct Draft: Sendable, Equatable, Codable {
    package var subject = ""
    package var text = ""
    package var due: Day?
    package var time: TimeOfDay?
    package var remindAt: Instant?
    package var kind = Kind.todo
    package var priority = Priority.normal
    package var assignee: Int64?
    package var team: Int64?
    package var about: RecordKey?
    package var recurrence: Recurrence?

    package init() {}

    package init(_ task: WorkTask) {
      subject = task.subject
      text = task.text
      due = task.due
      time = task.time
      remindAt = task.remindAt
      kind = task.kind
      priority = task.priority
      assignee = task.assignee
      team = task.team
      about = task.about
      recurrence = task.recurrence
    }

    package init(_ subject: String, due: Day? = nil, assignee: Int64? = nil, about: RecordKey? = nil) {
      self.subject = subject
      self.due = due
      self.assignee = assignee
      self.about = about
    }

    /// The names of the fields that differ from another draft, as rights and programs know them.
    func changed(from other: Draft) -> [String] {
      [
        ("subject", subject != other.subject), ("text", text != other.text), ("due", due != other.due),
        ("time", time != other.time), ("remind", remindAt != other.remindAt), ("kind", kind != other.kind),
        ("priority", priority != other.priority), ("assignee", assignee != other.assignee),
        ("team", team != other.team), ("about", about != other.about), ("repeat", recurrence != other.recurrence),
      ].filter(\.1).map(\.0)
    }

    /// What can be named in `apply`.
    package static let names = [
      "subject", "text", "due", "time", "remindDay", "remindTime", "kind", "priority", "assignee", "team",
      "repeatEvery", "repeatUnit", "repeatWeekdays", "repeatUntil", "repeatCount",
    ]

    /// Sets the fields that are named, as they were typed; the others stay.
    /// - Parameter zone: where the company's days begin, for the reminder.
    package mutating func apply(_ changes: [String: String], zone: TimeZone) throws {
      if let value = changes["subject"] { subject = try Text.line(value, field: "subject") }
      if let value = changes["text"] { text = try Text.block(value, field: "text") }
      let dueBefore = due
      if let value = changes["due"] { due = try Self.day(value, "due") }
      if let value = changes["time"] { time = try Self.time(value, "time") }
      if let value = changes["kind"] { kind = try Self.choice(value, "kind") }
      if let value = changes["priority"] { priority = try Self.choice(value, "priority") }
      if let value = changes["assignee"] { assignee = try Self.number(value, "assignee") }
      if let value = changes["team"] { team = try Self.number(value, "team") }
      try remind(changes, zone)
      try repeats(changes, moved: due != dueBefore)
    }

    /// - Throws: `Problem` when the parts do not fit together.
    func check() throws {
      guard !subject.isEmpty else {
        throw Problem(.invalid, field: "subject", "This must not be empty.", mend: "Say what is to be done.")
      }
      if time != nil, due == nil {
        throw Problem(.invalid, field: "due", "There is a time but no day.", mend: "Choose the day.")
      }
      if recurrence != nil, due == nil {
        throw Problem(
          .invalid, field: "due", "A task that comes again needs a day to count from.", mend: "Choose the first day.")
      }
    }

    private mutating func remind(_ changes: [String: String], _ zone: TimeZone) throws {
      guard changes["remindDay"] != nil || changes["remindTime"] != nil else { return }
      let before = remindAt.map { ($0.day(in: zone), $0.time(in: zone)) }
      let day = try changes["remindDay"].map { try Self.day($0, "remindDay") } ?? before?.0
      let time = try changes["remindTime"].flatMap { try Self.time($0, "remindTime") } ?? before?.1
      guard let day, let time = time ?? TimeOfDay(minute: 9 * 60) else {
        remindAt = nil
        return
      }
      remindAt = Instant(day, time, in: zone)
    }

    private mutating func repeats(_ changes: [String: String], moved: Bool) throws {
      let unit = changes["repeatUnit"] ?? recurrence?.unit.rawValue ?? ""
      if due == nil, !(changes["repeatUnit"] ?? "").isEmpty {
        throw Problem(
          .invalid, field: "due", "A task that comes again needs a day to count from.", mend: "Choose the first day.")
      }
      guard !unit.isEmpty, let due else {
        recurrence = nil
        return
      }
      let named = Self.names.filter { $0.hasPrefix("repeat") }.contains { changes[$0] != nil }
      guard named || (moved && recurrence != nil) else { return }
      let before = recurrence
      let made = try Recurrence(
        every: Int(try Self.number(changes["repeatEvery"] ?? "\(before?.every ?? 1)", "repeatEvery") ?? 1),
        try Self.choice(unit, "repeatUnit"),
        on: try changes["repeatWeekdays"].map { try Self.weekdays($0) } ?? before?.weekdays ?? [],
        from: moved ? due : before?.from ?? due,
        until: try changes["repeatUntil"].map { try Self.day($0, "repeatUntil") } ?? before?.until,
        count: try changes["repeatCount"].map { try Self.number($0, "repeatCount").map { Int($0) } } ?? before?.count)
      recurrence = made
    }

    private static func day(_ text: String, _ field: String) throws -> Day? {
      guard !text.isEmpty else { return nil }
      guard let day = Day(text) else {
        throw Problem(.invalid, field: field, "“\(text.prefix(40))” is not a day.", mend: "Write it as YYYY-MM-DD.")
      }
      return day
    }

    private static func time(_ text: String, _ field: String) throws -> TimeOfDay? {
      guard !text.isEmpty else { return nil }
      guard let time = TimeOfDay(text) else {
        throw Problem(.invalid, field: field, "“\(text.prefix(20))” is no time of day.", mend: "Write it as 14:30.")
      }
      return time
    }

    private static func number(_ text: String, _ field: String) throws -> Int64? {
      guard !text.isEmpty else { return nil }
      guard let number = Int64(text), number > 0, String(number) == text else {
        throw Problem(.invalid, field: field, "“\(text.prefix(40))” is not a number from 1.", mend: "Enter a number.")
      }
      return number
    }

    private static func weekdays(_ text: String) throws -> [Int] {
      try text.utf8.split(separator: UInt8(ascii: ",")).map {
        Int(try number(String(Substring($0)), "repeatWeekdays") ?? 0)
      }
    }

    private static func choice<T: RawRepresentable & CaseIterable>(_ text: String, _ field: String) throws -> T
    where T.RawValue == String {
      guard let value = T(rawValue: text) else {
        throw Problem(
          .invalid, field: field, "“\(text.prefix(40))” is not among the choices.",
          mend: "Use one of \(T.allCases.map(\.rawValue).joined(separator: ", ")).")
      }
      return value
    }
  }
}
