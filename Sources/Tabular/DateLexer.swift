/// Steps through the bytes of a date.
struct DateLexer {
  let cell: Cell
  private var index = 0

  init(_ cell: Cell) { self.cell = cell }

  var isAtEnd: Bool { index >= cell.count }

  /// Whether the date may end here: at the end, a blank, a comma or the `T` before a time.
  var isAtTime: Bool {
    isAtEnd || cell.byte(index) == 0x20 || cell.byte(index) == 0x2C
      || (cell.byte(index) | 0x20 == 0x74 && DateLexer.isDigit(cell.byte(index + 1)))
  }

  private static func isDigit(_ byte: UInt8) -> Bool { byte >= 48 && byte <= 57 }

  private static func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7A || byte >= 0x80 }

  /// A run of at most 18 digits.
  mutating func number() -> (value: Int, digits: Int)? {
    let start = index
    var value = 0
    while DateLexer.isDigit(cell.byte(index)) {
      guard index - start < 18 else { return nil }
      value = value * 10 + Int(cell.byte(index) &- 48)
      index += 1
    }
    return index > start ? (value, index - start) : nil
  }

  mutating func skip(_ byte: UInt8) -> Bool {
    guard !isAtEnd, cell.byte(index) == byte else { return false }
    index += 1
    return true
  }

  private mutating func skipBlanks() { while skip(0x20) {} }

  /// Three numbers with the same separator; the year has four digits, or two when it is last.
  mutating func numericDate(yearFirst: Bool) -> (first: Int, second: Int, third: Int, separator: UInt8)? {
    guard let first = number() else { return nil }
    let separator = cell.byte(index)
    guard separator == 0x2D || separator == 0x2F || separator == 0x2E, skip(separator) else { return nil }
    guard let second = number(), second.digits <= 2, skip(separator), let third = number() else { return nil }
    if yearFirst {
      guard first.digits == 4, third.digits <= 2 else { return nil }
      return (first.value, second.value, third.value, separator)
    }
    guard first.digits <= 2, third.digits == 4 || third.digits == 2 else { return nil }
    return (first.value, second.value, DateLexer.year(third), separator)
  }

  /// Two digits of a year count from 1969 to 2068, as POSIX has it.
  private static func year(_ number: (value: Int, digits: Int)) -> Int {
    number.digits == 2 ? number.value + (number.value < 69 ? 2_000 : 1_900) : number.value
  }

  mutating func compactDate() -> (year: Int, month: Int, day: Int)? {
    guard let number = number(), number.digits == 8 else { return nil }
    return (number.value / 10_000, number.value / 100 % 100, number.value % 100)
  }

  /// A date with the month as a word, in English, German, French, Spanish or Dutch.
  mutating func namedDate() -> (year: Int, month: Int, day: Int)? {
    var numbers: [(value: Int, digits: Int)] = []
    var month: Int?
    var monthPlace = 0
    while numbers.count < 2 || month == nil {
      while [0x20, 0x2E, 0x2C, 0x2D, 0x2F].contains(cell.byte(index)) { index += 1 }
      guard !isAtEnd else { return nil }
      if let number = number() {
        guard numbers.count < 2, number.digits <= 2 || number.digits == 4 else { return nil }
        numbers.append(number)
      } else {
        let word = word()
        guard !word.isEmpty else { return nil }
        if let named = MonthNames.number(word) {
          guard month == nil else { return nil }
          month = named
          monthPlace = numbers.count
        } else if !MonthNames.isFiller(word) {
          return nil
        }
      }
    }
    guard let month, numbers.count == 2 else { return nil }
    if numbers[0].digits == 4 { return numbers[1].digits == 4 ? nil : (numbers[0].value, month, numbers[1].value) }
    guard monthPlace < 2 else { return nil }
    return (DateLexer.year(numbers[1]), month, numbers[0].value)
  }

  /// A run of letters in lower case.
  private mutating func word() -> String {
    var bytes: [UInt8] = []
    while DateLexer.isLetter(cell.byte(index)), bytes.count < 24 {
      let byte = cell.byte(index)
      let isCapital = byte >= 0x41 && byte <= 0x5A || bytes.last == 0xC3 && byte >= 0x80 && byte <= 0x9E
      bytes.append(isCapital ? byte | 0x20 : byte)
      index += 1
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Hours and minutes, with or without seconds, a fraction, AM or PM, and an offset; to the end of the cell.
  mutating func time() -> (microseconds: Int64, offset: Int32?)? {
    _ = skip(0x2C)
    if cell.byte(index) | 0x20 == 0x74 { index += 1 }
    skipBlanks()
    guard let hour = number(), hour.digits <= 2, skip(0x3A), let minute = number(), minute.digits == 2 else {
      return nil
    }
    var second = 0
    var fraction: Int64 = 0
    if skip(0x3A) {
      guard let written = number(), written.digits <= 2 else { return nil }
      second = written.value
      if cell.byte(index) == 0x2E || cell.byte(index) == 0x2C {
        index += 1
        guard let read = self.fraction() else { return nil }
        fraction = read
      }
    }
    guard let hour = clockHour(hour.value), minute.value < 60, second < 60 else { return nil }
    let offset = zoneOffset()
    guard isAtEnd, offset.isReadable else { return nil }
    return (Int64(hour * 3_600 + minute.value * 60 + second) * 1_000_000 + fraction, offset.seconds)
  }

  /// Digits behind the second, as microseconds.
  private mutating func fraction() -> Int64? {
    var micro: Int64 = 0
    var weight: Int64 = 100_000
    let start = index
    while DateLexer.isDigit(cell.byte(index)) {
      micro += Int64(cell.byte(index) &- 48) * weight
      weight /= 10
      index += 1
    }
    return index > start ? micro : nil
  }

  /// The hour of the day, from the hour written and an AM or PM behind the time.
  private mutating func clockHour(_ written: Int) -> Int? {
    let mark = index
    skipBlanks()
    let letter = cell.byte(index) | 0x20
    guard letter == 0x61 || letter == 0x70, cell.byte(index + 1) | 0x20 == 0x6D else {
      index = mark
      return written < 24 ? written : nil
    }
    index += 2
    guard (1...12).contains(written) else { return nil }
    return written % 12 + (letter == 0x70 ? 12 : 0)
  }

  /// The offset from UTC at the end of a time: nothing, `Z`, `UTC`, `GMT`, `+02`, `+0200` or `+02:00`.
  private mutating func zoneOffset() -> (seconds: Int32?, isReadable: Bool) {
    skipBlanks()
    guard !isAtEnd else { return (nil, true) }
    let sign = cell.byte(index)
    guard sign == 0x2B || sign == 0x2D else {
      let name = word()
      return (0, name == "z" || name == "utc" || name == "gmt")
    }
    index += 1
    guard let first = number(), first.digits == 2 || first.digits == 4 else { return (nil, false) }
    var (hours, minutes) = first.digits == 4 ? (first.value / 100, first.value % 100) : (first.value, 0)
    if first.digits == 2, skip(0x3A) {
      guard let second = number(), second.digits == 2 else { return (nil, false) }
      minutes = second.value
    }
    guard hours <= 15, minutes < 60 else { return (nil, false) }
    hours = hours * 3_600 + minutes * 60
    return (Int32(sign == 0x2D ? -hours : hours), true)
  }
}

/// The words dates are written with.
enum MonthNames {
  /// 1 to 12; nil for a word that is no month.
  static func number(_ word: String) -> Int? { numbers[word] }

  /// Words that stand beside the numbers of a date and say nothing: ordinal endings, articles, days of the week.
  static func isFiller(_ word: String) -> Bool { fillers.contains(word) }

  private static let fillers = Set(
    """
    st nd rd th de del of er le den mon tue tues wed thu thur thurs fri sat sun monday tuesday wednesday thursday \
    friday saturday sunday montag dienstag mittwoch donnerstag freitag samstag sonntag lundi mardi mercredi jeudi \
    vendredi samedi dimanche lunes martes miércoles jueves viernes sábado domingo maandag dinsdag woensdag donderdag \
    vrijdag zaterdag zondag
    """.split(separator: " ").map(String.init))

  private static let numbers: [String: Int] = {
    let names = [
      "january jan januar jänner janvier janv enero ene januari",
      "february feb februar février fevrier févr fév fevr febrero februari",
      "march mar märz maerz mrz mär mars marzo maart mrt",
      "april apr avril avr abril abr",
      "may mai mayo mei",
      "june jun juni juin junio",
      "july jul juli juillet juil julio",
      "august aug août aout agosto ago augustus",
      "september sep sept septembre septiembre setiembre",
      "october oct oktober okt octobre octubre",
      "november nov novembre noviembre",
      "december dec dezember dez décembre decembre déc diciembre dic",
    ]
    var numbers: [String: Int] = [:]
    for (index, list) in names.enumerated() {
      for name in list.split(separator: " ") { numbers[String(name)] = index + 1 }
    }
    return numbers
  }()
}
