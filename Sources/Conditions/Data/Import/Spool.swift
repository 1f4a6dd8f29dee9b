import Customers
import Foundation
import Kernel

/// Rows of a file set aside in groups that belong together, so that each group can be compared with the store as a
/// whole: in memory while they are few, in unnamed files when they are many.
struct Spool {
  /// Rows of one customer are always in one group.
  static let groups = 64
  private static let heldLimit = 48 << 20

  private var held: [[UInt8]]
  private var files: [FileHandle?]
  private var heldBytes = 0
  private(set) var rows = 0
  private let folder: String

  init(folder: String) {
    self.folder = folder
    held = Array(repeating: [], count: Spool.groups)
    files = Array(repeating: nil, count: Spool.groups)
  }

  /// The group of a key: the same in every run.
  static func group(of key: String) -> Int {
    var hash: UInt32 = 2_166_136_261
    for byte in key.utf8 { hash = (hash ^ UInt32(byte)) &* 16_777_619 }
    return Int((hash ^ (hash >> 16)) % UInt32(groups))
  }

  mutating func add(_ row: some Spoolable, key: String) throws {
    let group = Spool.group(of: key)
    let before = held[group].count
    var writer = SpoolWriter(bytes: held[group])
    held[group] = []
    row.spool(to: &writer)
    held[group] = writer.bytes
    heldBytes += held[group].count - before
    rows += 1
    if heldBytes > Spool.heldLimit { try spill() }
  }

  /// The rows of a group in the order they were added.
  func rows<Row: Spoolable>(of group: Int, as type: Row.Type = Row.self) throws -> [Row] {
    var bytes: [UInt8] = []
    if let file = files[group] {
      try file.seek(toOffset: 0)
      bytes = try file.readToEnd().map { Array($0) } ?? []
    }
    bytes += held[group]
    var reader = SpoolReader(bytes: bytes)
    var rows: [Row] = []
    while !reader.isAtEnd { rows.append(try Row(from: &reader)) }
    return rows
  }

  private mutating func spill() throws {
    for group in held.indices where !held[group].isEmpty {
      let file = try files[group] ?? Spool.unnamed(in: folder)
      files[group] = file
      try file.seekToEnd()
      do {
        try file.write(contentsOf: Data(held[group]))
      } catch {
        throw Problem(
          .unavailable, field: "file", "The disk is full; nothing was changed.", mend: "Free some space and try again.")
      }
      held[group] = []
    }
    heldBytes = 0
  }

  private static func unnamed(in folder: String) throws -> FileHandle {
    let path = "\(folder)/spool-\(UUID().uuidString)"
    let descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else {
      throw Problem(
        .unavailable, field: "file", "No file can be made in \(folder).", mend: "Check its rights and space.")
    }
    unlink(path)
    return FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
  }
}

/// A row that can be set aside.
protocol Spoolable {
  func spool(to writer: inout SpoolWriter)
  init(from reader: inout SpoolReader) throws
}

struct SpoolWriter {
  var bytes: [UInt8]

  mutating func put(_ value: Int64) {
    // Seven bits a byte, sign in the lowest.
    var rest = UInt64(bitPattern: (value << 1) ^ (value >> 63))
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(truncatingIfNeeded: rest))
  }

  mutating func put(_ value: Int64?) {
    bytes.append(value == nil ? 0 : 1)
    if let value { put(value) }
  }

  mutating func put(_ text: String) {
    put(Int64(text.utf8.count))
    bytes.append(contentsOf: text.utf8)
  }

  mutating func put(_ text: String?) {
    bytes.append(text == nil ? 0 : 1)
    if let text { put(text) }
  }

  mutating func put(_ texts: [String: String]) {
    put(Int64(texts.count))
    for (name, text) in texts.sorted(by: { $0.key < $1.key }) {
      put(name)
      put(text)
    }
  }

  mutating func put(_ value: Double?) { put(value.map { Int64(bitPattern: $0.bitPattern) }) }
}

struct SpoolReader {
  private let bytes: [UInt8]
  private var position = 0

  init(bytes: [UInt8]) { self.bytes = bytes }

  var isAtEnd: Bool { position >= bytes.count }

  private mutating func byte() throws -> UInt8 {
    guard position < bytes.count else {
      throw Problem(.unavailable, "The rows set aside cannot be read back.", mend: "Import the file again.")
    }
    defer { position += 1 }
    return bytes[position]
  }

  mutating func int() throws -> Int64 {
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while true {
      let next = try byte()
      value |= UInt64(next & 0x7F) << shift
      if next < 0x80 { break }
      shift += 7
    }
    return Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1)
  }

  mutating func optionalInt() throws -> Int64? { try byte() == 0 ? nil : try int() }

  mutating func texts() throws -> [String: String] {
    var texts: [String: String] = [:]
    for _ in 0..<max(0, try int()) {
      let name = try text()
      texts[name] = try text()
    }
    return texts
  }

  mutating func text() throws -> String {
    let count = Int(try int())
    guard count >= 0, position + count <= bytes.count else { _ = try byte(); return "" }
    defer { position += count }
    return String(decoding: bytes[position..<(position + count)], as: UTF8.self)
  }

  mutating func optionalText() throws -> String? { try byte() == 0 ? nil : try text() }

  mutating func optionalDouble() throws -> Double? {
    try optionalInt().map { Double(bitPattern: UInt64(bitPattern: $0)) }
  }
}

extension PurchaseArrival: Spoolable {
  func spool(to writer: inout SpoolWriter) {
    writer.put(customer)
    writer.put(order)
    writer.put(lineKey)
    writer.put(Int64(day.number))
    writer.put(at?.microseconds)
    writer.put(minor)
    writer.put(quantity)
    writer.put(product)
    writer.put(listMinor)
    writer.put(unitCostMinor)
    writer.put(discountMinor)
    writer.put(couponMinor)
    writer.put(matchMinor)
    writer.put(Int64(standing.rawValue))
    writer.put(Int64(line))
  }

  init(from reader: inout SpoolReader) throws {
    self.init(
      customer: try reader.text(), order: try reader.optionalText(), lineKey: try reader.optionalText(),
      day: Day(Int32(clamping: try reader.int())),
      at: try reader.optionalInt().map { Instant(microseconds: $0) }, minor: try reader.int(),
      quantity: try reader.optionalDouble(), product: try reader.optionalText(),
      listMinor: try reader.optionalInt(), unitCostMinor: try reader.optionalInt(),
      discountMinor: try reader.optionalInt(),
      couponMinor: try reader.optionalInt(), matchMinor: try reader.optionalInt(),
      standing: Standing(rawValue: UInt8(clamping: try reader.int())) ?? .bought, line: Int(try reader.int()))
  }
}

extension CostDriverArrival: Spoolable {
  func spool(to writer: inout SpoolWriter) {
    writer.put(customer)
    writer.put(kind.rawValue)
    writer.put(key)
    writer.put(Int64(day.number))
    writer.put(pieces)
    writer.put(minutes)
    writer.put(minor)
    writer.put(dueDay.map { Int64($0.number) })
    writer.put(Int64(line))
  }

  init(from reader: inout SpoolReader) throws {
    self.init(
      customer: try reader.text(), kind: CostDriver.Kind(rawValue: try reader.text()) ?? .contact,
      key: try reader.optionalText(), day: Day(Int32(clamping: try reader.int())),
      pieces: try reader.optionalDouble(), minutes: try reader.optionalDouble(), minor: try reader.optionalInt(),
      dueDay: try reader.optionalInt().map { Day(Int32(clamping: $0)) }, line: Int(try reader.int()))
  }
}

extension ObservationArrival: Spoolable {
  func spool(to writer: inout SpoolWriter) {
    writer.put(customer)
    writer.put(kind.rawValue)
    writer.put(key)
    writer.put(Int64(day.number))
    writer.put(other)
    writer.put(minor)
    writer.put(score.map { Int64($0) })
    writer.put(note)
    writer.put(Int64(line))
  }

  init(from reader: inout SpoolReader) throws {
    self.init(
      customer: try reader.text(), kind: Observation.Kind(rawValue: try reader.text()) ?? .rating,
      key: try reader.optionalText(), day: Day(Int32(clamping: try reader.int())), other: try reader.text(),
      minor: try reader.optionalInt(), score: try reader.optionalInt().map { Int(clamping: $0) },
      note: try reader.text(), line: Int(try reader.int()))
  }
}

extension CustomerArrival: Spoolable {
  func spool(to writer: inout SpoolWriter) {
    writer.put(key)
    writer.put(name)
    writer.put(email)
    writer.put(kind?.rawValue)
    writer.put(parent)
    writer.put(traits)
    for text in [
      details.phone, details.website, details.street, details.postalCode, details.city, details.country,
      details.language,
    ] { writer.put(text) }
    writer.put(own)
    writer.put(Int64(line))
  }

  init(from reader: inout SpoolReader) throws {
    let key = try reader.text()
    let name = try reader.optionalText()
    let email = try reader.optionalText()
    let kind = try reader.optionalText().flatMap { Customer.Kind(rawValue: $0) }
    let parent = try reader.optionalText()
    let traits = try reader.texts()
    var details = Customer.Details()
    details.phone = try reader.optionalText()
    details.website = try reader.optionalText()
    details.street = try reader.optionalText()
    details.postalCode = try reader.optionalText()
    details.city = try reader.optionalText()
    details.country = try reader.optionalText()
    details.language = try reader.optionalText()
    self.init(
      key: key, name: name, email: email, kind: kind, parent: parent, traits: traits, details: details,
      own: try reader.texts(), line: Int(try reader.int()))
  }
}

extension ProductArrival: Spoolable {
  func spool(to writer: inout SpoolWriter) {
    writer.put(key)
    writer.put(name)
    writer.put(Int64(categories.count))
    for category in categories { writer.put(category) }
    writer.put(supplier)
    writer.put(brand)
    writer.put(Int64(line))
  }

  init(from reader: inout SpoolReader) throws {
    let key = try reader.text()
    let name = try reader.optionalText()
    var categories: [String] = []
    for _ in 0..<(try reader.int()) { categories.append(try reader.text()) }
    self.init(
      key: key, name: name, categories: categories, supplier: try reader.optionalText(),
      brand: try reader.optionalText(), line: Int(try reader.int()))
  }
}
