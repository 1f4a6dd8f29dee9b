import Kernel

/// One thread's part of a file of purchases: the records that begin in a range of its bytes.
///
/// Only what is plain is read here. Whatever is not (a doubled quote, a ragged row, a cell that cannot be read) makes the
/// stretch fail, and the whole file is read in order instead, which names the fault or takes the row after all.
///
/// Each stretch is used by one thread at a time, and waited for before another uses it.
final class PurchaseStretch: @unchecked Sendable {
  @exclusivity(unchecked) private(set) var hasFailed = false
  /// The byte of the file its first record begins at.
  private(set) var first = 0
  /// The byte of the file the first record behind it begins at.
  private(set) var end = 0
  @exclusivity(unchecked) private(set) var count = 0
  let names = NameTable()
  @exclusivity(unchecked) private(set) var customers: UnsafeMutablePointer<Int32>
  @exclusivity(unchecked) private(set) var days: UnsafeMutablePointer<Int32>
  @exclusivity(unchecked) private(set) var minor: UnsafeMutablePointer<Int64>
  @exclusivity(unchecked) private var capacity: Int
  /// The first row whose customer is still to be looked up.
  @exclusivity(unchecked) private var waiting = 0
  /// For each customer the number of its rows, then the place of its next row.
  @exclusivity(unchecked) private var places = UnsafeMutablePointer<Int32>.allocate(capacity: 1)

  private let plan: PurchasePlan
  private let dates: DateReader
  private let isDashed: Bool
  private let decimals: Int
  private let mark: UInt8
  private let last: Int32
  private let months = MonthMemory()
  private let begins: UnsafeMutablePointer<Int>
  private let ends: UnsafeMutablePointer<Int>
  @exclusivity(unchecked) private var skipsHeader: Bool
  private static let chunk = 1 << 20

  init(_ plan: PurchasePlan, isFirst: Bool, share: Int) {
    self.plan = plan
    dates = DateReader(order: plan.order, zone: plan.zone, latest: plan.latest)
    isDashed = plan.order == .yearMonthDay
    decimals = plan.decimals
    mark = plan.numbers.mark.byte
    last = plan.latest?.number ?? Int32.max
    skipsHeader = isFirst && plan.hasHeader
    begins = .allocate(capacity: plan.cells + 1)
    ends = .allocate(capacity: plan.cells + 1)
    // Pages that stay untouched cost nothing, so the room is for the shortest rows that are likely.
    capacity = max(1_024, share / 16)
    customers = .allocate(capacity: capacity)
    days = .allocate(capacity: capacity)
    minor = .allocate(capacity: capacity)
  }

  deinit {
    begins.deallocate()
    ends.deallocate()
    customers.deallocate()
    days.deallocate()
    minor.deallocate()
    places.deallocate()
  }

  /// Gives the rows' memory back early.
  func release() {
    customers.deallocate()
    days.deallocate()
    minor.deallocate()
    customers = .allocate(capacity: 1)
    days = .allocate(capacity: 1)
    minor = .allocate(capacity: 1)
    capacity = 1
    count = 0
  }

  /// Reads the records that begin in `range`, a range of bytes of the file.
  func read(_ source: ByteSource, _ range: Range<Int>) {
    let buffer = UnsafeMutablePointer<UInt8>.allocate(capacity: PurchaseStretch.chunk + 64)
    defer { buffer.deallocate() }
    let isInside = range.lowerBound > plan.start
    // One byte earlier, to see whether a record begins right at the start of the range.
    var offset = isInside ? range.lowerBound - 1 : range.lowerBound
    var position = 0
    var kept = 0
    var isOpened = !isInside
    first = offset
    while !hasFailed {
      let room = UnsafeMutableRawBufferPointer(start: buffer + kept, count: PurchaseStretch.chunk - kept)
      guard let got = try? source.copy(from: offset + kept, into: room) else { return fail() }
      let filled = kept + got
      let isLast = got < room.count
      for index in 0..<16 { buffer[filled + index] = 0x0A }
      if !isOpened {
        guard let opening = lineStart(buffer, filled, isLast: isLast) else { return fail() }
        (position, first, isOpened) = (opening, offset + opening, true)
      }
      let stop = range.upperBound - offset
      position = parse(buffer, from: position, filled: filled, isLast: isLast, stop: stop)
      guard !hasFailed else { return }
      end = offset + position
      if position >= stop || isLast { return }
      kept = filled - position
      guard kept < PurchaseStretch.chunk / 2 else { return fail() }
      buffer.update(from: buffer + position, count: kept)
      offset += position
      position = 0
    }
  }

  private func fail() { hasFailed = true }

  /// Where the first line behind a line end begins.
  private func lineStart(_ buffer: UnsafePointer<UInt8>, _ filled: Int, isLast: Bool) -> Int? {
    var index = 0
    while index < filled, buffer[index] != 0x0A, buffer[index] != 0x0D { index += 1 }
    guard index < filled else { return isLast ? filled : nil }
    return buffer[index] == 0x0D && index + 1 < filled && buffer[index + 1] == 0x0A ? index + 2 : index + 1
  }

  /// Takes the whole records in the buffer that begin before `stop`.
  /// - Returns: where the next record begins.
  private func parse(
    _ buffer: UnsafePointer<UInt8>, from start: Int, filled: Int, isLast: Bool, stop: Int
  ) -> Int {
    let (begins, ends, cells) = (self.begins, self.ends, plan.cells)
    let (separator, quote) = (plan.separator, plan.quote)
    let separators = Scan.pattern(separator)
    var highs: UInt64 = 0
    @inline(__always) func marksAt(_ place: Int) -> UInt64 {
      let word = Scan.load(buffer + place)
      highs |= word
      return Scan.equal(word, separators) | Scan.breaks(word)
    }
    var recordStart = start
    while recordStart < stop, recordStart < filled {
      var (count, cellStart, at) = (0, recordStart, recordStart)
      var base = recordStart
      var marks = marksAt(base)
      var byte: UInt8 = 0
      repeat {
        if buffer[cellStart] == quote {
          guard let closing = closingQuote(buffer, cellStart, filled) else {
            if isLast { fail() }
            lookUp()
            return checked(buffer, start, recordStart, Scan.high)
          }
          (begins[count], ends[count]) = (cellStart &+ 1, closing)
          at = closing &+ 1
          base = at
          marks = marksAt(base)
          byte = buffer[at]
          guard byte == separator || byte == 0x0A || byte == 0x0D else { return failed(recordStart) }
          marks &= marks &- 1
          highs |= Scan.high
        } else {
          repeat {
            while marks == 0 {
              base &+= 8
              marks = marksAt(base)
            }
            at = base &+ Scan.first(marks)
            marks &= marks &- 1
            byte = buffer[at]
            guard byte != 0 else { return failed(recordStart) }
          } while byte != separator && byte != 0x0A && byte != 0x0D
          (begins[count], ends[count]) = (cellStart, at)
        }
        count &+= 1
        guard byte != separator || count < cells else { return failed(recordStart) }
        cellStart = at &+ 1
      } while byte == separator
      let isReturn = byte == 0x0D
      if !isLast && (at >= filled || isReturn && at &+ 1 >= filled) { break }
      guard !isReturn || buffer[at &+ 1] == 0x0A, take(buffer, count, isEmpty: at == recordStart) else {
        return failed(recordStart)
      }
      recordStart = min(filled, isReturn ? at &+ 2 : at &+ 1)
    }
    lookUp()
    return checked(buffer, start, recordStart, highs)
  }

  private func failed(_ position: Int) -> Int {
    fail()
    return position
  }

  /// Makes sure that what was read is UTF-8.
  private func checked(_ buffer: UnsafePointer<UInt8>, _ start: Int, _ end: Int, _ highs: UInt64) -> Int {
    if highs & Scan.high != 0, !UTF8Check.isValid(UnsafeRawBufferPointer(start: buffer + start, count: end - start)) {
      fail()
    }
    return end
  }

  /// Where a quoted cell closes; nil when it does not within the buffer.
  private func closingQuote(_ buffer: UnsafePointer<UInt8>, _ start: Int, _ filled: Int) -> Int? {
    var index = start &+ 1
    while index < filled, buffer[index] != plan.quote {
      if buffer[index] == 0 { return nil }
      index &+= 1
    }
    return index < filled ? index : nil
  }

  /// Keeps one record; false when it must be looked at more closely.
  @inline(__always) private func take(_ buffer: UnsafePointer<UInt8>, _ cells: Int, isEmpty: Bool) -> Bool {
    if isEmpty { return true }
    guard !skipsHeader else {
      skipsHeader = false
      return true
    }
    guard cells == plan.cells, let customer = customer(cell(buffer, plan.customer)),
      let day = day(cell(buffer, plan.time)), let amount = amount(cell(buffer, plan.amount))
    else { return false }
    if count == capacity { grow() }
    customers[count] = customer
    days[count] = day
    minor[count] = amount
    count &+= 1
    return true
  }

  /// A cell without blanks at its ends.
  @inline(__always) private func cell(_ buffer: UnsafePointer<UInt8>, _ index: Int) -> Cell {
    let cell = Cell(start: buffer + begins[index], count: ends[index] &- begins[index])
    guard cell.count > 0 else { return cell }
    let (first, last) = (cell.start[0], cell.start[cell.count &- 1])
    return first > 0x20 && first < 0x80 && last > 0x20 && last < 0x80 ? cell : cell.trimmed
  }

  /// The number of a name, or the whole number that the name is, to be looked up later; nil for a name that is empty or
  /// may carry the apostrophe of a safe export.
  @inline(__always) private func customer(_ cell: Cell) -> Int32? {
    let first = cell.byte(0)
    if first != 48, let value = Digits.value(cell.start, cell.count), value < NameTable.directLimit {
      return Int32(truncatingIfNeeded: value)
    }
    guard first != 0, first != 0x27 else { return nil }
    // Names are numbered in the order of the file, so those that wait go first.
    lookUp()
    waiting = count &+ 1
    return names.number(cell.start, cell.count)
  }

  /// Looks up the whole numbers that wait. In a loop of its own the memory look-ups overlap, which makes up for the wait.
  private func lookUp() {
    for index in waiting..<max(waiting, count) { customers[index] = names.number(Int(customers[index])) }
    waiting = count
  }

  @inline(__always) private func day(_ cell: Cell) -> Int32? {
    if isDashed, cell.count == 10, let day = months.day(cell.start) { return day <= last ? day : nil }
    return (try? dates.moment(cell))?.day.number
  }

  /// An amount in minor units; quickest when all decimals are written.
  @inline(__always) private func amount(_ cell: Cell) -> Int64? {
    let whole = cell.count &- 3
    if decimals == 2, whole > 0, cell.start[whole] == mark {
      let (tens, ones) = (cell.start[whole &+ 1] &- 48, cell.start[whole &+ 2] &- 48)
      if tens <= 9, ones <= 9, let value = Digits.value(cell.start, whole) {
        return Int64(value &* 100 &+ Int(tens) &* 10 &+ Int(ones))
      }
    }
    if let plain = plan.numbers.plain(cell, places: decimals) { return plain }
    return try? plan.numbers.money(cell, plan.currency)
  }

  private func grow() {
    func larger<T>(_ old: UnsafeMutablePointer<T>) -> UnsafeMutablePointer<T> {
      let new = UnsafeMutablePointer<T>.allocate(capacity: capacity * 2)
      new.update(from: old, count: count)
      old.deallocate()
      return new
    }
    customers = larger(customers)
    days = larger(days)
    minor = larger(minor)
    capacity *= 2
  }

  /// Gives each row's customer the number that `numbers` has for it.
  func renumber(by numbers: [Int32]) {
    numbers.withUnsafeBufferPointer { numbers in
      for index in 0..<count { customers[index] = numbers[Int(customers[index])] }
    }
  }

  /// Counts the rows of each customer.
  func countByCustomer(_ number: Int) {
    places.deallocate()
    places = .allocate(capacity: max(1, number))
    places.initialize(repeating: 0, count: max(1, number))
    for index in 0..<count { places[Int(customers[index])] &+= 1 }
  }

  /// Sets aside the places from `next` on for the rows of a customer.
  /// - Returns: the place behind them.
  @inline(__always) func claimPlaces(of customer: Int, from next: Int32) -> Int32 {
    let rows = places[customer]
    places[customer] = next
    return next &+ rows
  }

  /// Copies the rows to the places set aside, in their order.
  func place(_ columns: PurchaseColumns) {
    guard let days = columns.days.baseAddress, let minor = columns.minor.baseAddress else { return }
    for index in 0..<count {
      let customer = Int(customers[index])
      let place = Int(places[customer])
      places[customer] &+= 1
      days[place] = self.days[index]
      minor[place] = self.minor[index]
    }
    release()
  }
}

/// Reads up to eight digits at once.
private enum Digits {
  /// The value of `count` digits; nil for anything else. Eight bytes from `bytes` on must be readable.
  ///
  /// The digits are moved to the end of a word filled up with zeros, and then added up in pairs, fours and eights.
  @inline(__always) static func value(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> Int? {
    guard count > 0, count <= 8 else { return nil }
    let unused = UInt64(truncatingIfNeeded: 64 &- count &* 8)
    let zeros: UInt64 = 0x3030_3030_3030_3030
    var word = Scan.load(bytes) &<< unused
    if unused > 0 { word |= zeros &>> (64 &- unused) }
    let tops: UInt64 = 0xF0F0_F0F0_F0F0_F0F0
    guard word & tops == zeros, (word &+ 0x0606_0606_0606_0606) & tops == zeros else { return nil }
    word &-= zeros
    word = (word &* 10 &+ (word &>> 8)) & 0x00FF_00FF_00FF_00FF
    word = (word &* 100 &+ (word &>> 16)) & 0x0000_FFFF_0000_FFFF
    word = word &* 10_000 &+ (word &>> 32)
    return Int(word & 0xFFFF_FFFF)
  }
}
