import Customers
import Kernel

extension ContactArrival: Spoolable {
  func spool(to writer: inout SpoolWriter) {
    writer.put(customer)
    writer.put(key)
    writer.put(Int64(line))
    for text in [firstName, lastName, title, job, email, phone, mobile, language, part?.rawValue, function] {
      writer.put(text)
    }
    writer.put(own)
  }

  init(from reader: inout SpoolReader) throws {
    self.init(customer: try reader.text(), key: try reader.optionalText(), line: Int(try reader.int()))
    firstName = try reader.optionalText()
    lastName = try reader.optionalText()
    title = try reader.optionalText()
    job = try reader.optionalText()
    email = try reader.optionalText()
    phone = try reader.optionalText()
    mobile = try reader.optionalText()
    language = try reader.optionalText()
    part = try reader.optionalText().flatMap { ContactRole.Part(rawValue: $0) }
    function = try reader.optionalText()
    own = try reader.texts()
  }
}

extension InteractionArrival: Spoolable {
  func spool(to writer: inout SpoolWriter) {
    writer.put(customer)
    writer.put(key)
    writer.put(kind.rawValue)
    writer.put(direction.rawValue)
    writer.put(channel?.rawValue)
    writer.put(Int64(day.number))
    writer.put(at.microseconds)
    writer.put(isTimed ? 1 : 0 as Int64)
    writer.put(minutes.map { Int64($0) })
    writer.put(outcome?.rawValue)
    for text in [outcomeNote, subject, text, party] { writer.put(text) }
    writer.put(Int64(line))
    writer.put(own)
  }

  init(from reader: inout SpoolReader) throws {
    self.init(
      customer: try reader.text(), key: try reader.optionalText(),
      kind: Interaction.Kind(rawValue: try reader.text()) ?? .note,
      direction: Interaction.Direction(rawValue: try reader.text()) ?? .none,
      channel: try reader.optionalText().flatMap { Interaction.Channel(rawValue: $0) },
      day: Day(Int32(clamping: try reader.int())), at: Instant(microseconds: try reader.int()),
      isTimed: try reader.int() == 1, minutes: try reader.optionalInt().map { Int(clamping: $0) },
      outcome: try reader.optionalText().flatMap { Interaction.Outcome(rawValue: $0) },
      outcomeNote: try reader.text(), subject: try reader.text(), text: try reader.text(), party: try reader.text(),
      line: Int(try reader.int()))
    own = try reader.texts()
  }
}
