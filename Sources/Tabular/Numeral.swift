import Kernel

/// The character that stands before the decimals of a number.
package enum DecimalMark: String, Sendable, Codable, CaseIterable {
  case point = "."
  case comma = ","

  var byte: UInt8 { self == .point ? 0x2E : 0x2C }
  var other: UInt8 { self == .point ? 0x2C : 0x2E }

  /// The mark a person names: the character itself, or its name.
  package init?(named text: String) {
    switch text.lowercased() {
    case ".", "point", "dot", "period": self = .point
    case ",", "comma": self = .comma
    default: return nil
    }
  }
}

/// The currency written in the cell of an amount.
package enum CurrencyMark: Sendable, Hashable {
  /// Its ISO 4217 code, or a sign that only one currency uses.
  case code(String)
  /// A sign that several currencies use, such as `$`.
  case sign(String)

  /// Whether an amount with this mark can be one in `currency`.
  package func fits(_ currency: Currency) -> Bool {
    switch self {
    case .code(let code): code == currency.code
    case .sign(let sign): CurrencyMark.shared[sign]?.contains(currency.code) ?? false
    }
  }

  package var text: String {
    switch self {
    case .code(let code): code
    case .sign(let sign): sign
    }
  }

  private static let shared: [String: Set<String>] = [
    "$": [
      "USD", "CAD", "AUD", "NZD", "SGD", "HKD", "MXN", "ARS", "CLP", "COP", "TWD", "BBD", "BMD", "BSD", "BZD", "FJD",
      "GYD", "JMD", "KYD", "LRD", "NAD", "SBD", "SRD", "TTD", "XCD", "UYU", "DOP", "CUP", "NIO",
    ],
    "¥": ["JPY", "CNY"],
    "kr": ["SEK", "NOK", "DKK", "ISK"],
    "£": ["GBP", "EGP", "SSP", "SYP", "SDG", "LBP", "FKP", "GIP", "SHP"],
  ]
  private static let single: [String: String] = [
    "€": "EUR", "₹": "INR", "₽": "RUB", "₺": "TRY", "₩": "KRW", "₪": "ILS", "฿": "THB", "₫": "VND", "₴": "UAH",
    "US$": "USD", "A$": "AUD", "C$": "CAD", "CA$": "CAD", "AU$": "AUD", "NZ$": "NZD", "HK$": "HKD", "S$": "SGD",
    "R$": "BRL", "zł": "PLN", "Kč": "CZK", "Ft": "HUF", "lei": "RON",
  ]

  /// The mark that `bytes` are; nil when they are none.
  init?(_ bytes: Cell) {
    guard bytes.count > 0, bytes.count <= 6 else { return nil }
    let text = bytes.text
    if CurrencyMark.shared[text] != nil {
      self = .sign(text)
    } else if let code = CurrencyMark.single[text] {
      self = .code(code)
    } else if bytes.count == 3, CurrencyMark.codes.contains(text) {
      self = .code(text)
    } else {
      return nil
    }
  }

  private static let codes = Set(Currency.all.map(\.code))
}

/// A cell taken apart as a number: its sign, its currency, and the digits with their marks.
struct Numeral {
  private(set) var isNegative = false
  private(set) var currency: CurrencyMark?
  private(set) var body: Cell

  /// nil when something stands around the digits that belongs to no number.
  init?(_ cell: Cell) {
    body = cell.trimmed
    var isSigned = false
    var isBracketed = false
    while let byte = Numeral.edge(body.byte(0), body.count) {
      if byte == 0x28, !isBracketed, !isSigned {
        (isBracketed, isNegative) = (true, true)
        body = body.dropFirst(1)
      } else if let length = Numeral.sign(body) {
        guard !isSigned, !isBracketed else { return nil }
        isSigned = true
        isNegative = byte != 0x2B
        body = body.dropFirst(length)
      } else {
        guard take(Numeral.affix(body, fromEnd: false), fromEnd: false) else { return nil }
      }
      body = body.trimmed
    }
    while let byte = Numeral.edge(body.byte(body.count - 1), body.count) {
      if byte == 0x29, isBracketed {
        isBracketed = false
        body = body.prefix(body.count - 1)
      } else if byte == 0x2D, !isSigned, !isNegative {
        (isSigned, isNegative) = (true, true)
        body = body.prefix(body.count - 1)
      } else {
        guard take(Numeral.affix(body, fromEnd: true), fromEnd: true) else { return nil }
      }
      body = body.trimmed
    }
    guard !isBracketed, body.count > 0 else { return nil }
  }

  /// The byte at an edge when it is neither a digit nor a mark between digits.
  private static func edge(_ byte: UInt8, _ count: Int) -> UInt8? {
    count == 0 || byte >= 48 && byte <= 57 || byte == 0x2E || byte == 0x2C ? nil : byte
  }

  /// The length of a sign at the start: ASCII plus and minus, and U+2212.
  private static func sign(_ cell: Cell) -> Int? {
    switch cell.byte(0) {
    case 0x2B, 0x2D: 1
    case 0xE2: cell.byte(1) == 0x88 && cell.byte(2) == 0x92 ? 3 : nil
    default: nil
    }
  }

  private mutating func take(_ affix: Cell, fromEnd: Bool) -> Bool {
    guard currency == nil, let mark = CurrencyMark(affix) else { return false }
    currency = mark
    body = fromEnd ? body.prefix(body.count - affix.count) : body.dropFirst(affix.count)
    return true
  }

  /// The run of bytes at one end that are neither digits, marks, signs, brackets nor blanks.
  private static func affix(_ cell: Cell, fromEnd: Bool) -> Cell {
    var length = 0
    while length < cell.count {
      let byte = cell.byte(fromEnd ? cell.count - 1 - length : length)
      let isPart = byte >= 0x80 || byte > 0x39 || byte == 0x24 || byte == 0x25
      guard isPart, byte != 0xA0, fromEnd || byte != 0xC2 || cell.byte(length + 1) != 0xA0 else { break }
      length += 1
    }
    return fromEnd ? cell.dropFirst(cell.count - length) : cell.prefix(length)
  }
}

/// What the marks of a number say about the decimal mark of its column.
enum NumberShape: Equatable {
  case integer
  /// Its decimal mark is certain.
  case certain(DecimalMark)
  /// One mark with three digits behind it, which may separate decimals or thousands.
  case ambiguous
  case other

  init(_ cell: Cell) {
    guard let numeral = Numeral(cell) else {
      self = .other
      return
    }
    let body = numeral.body
    var marks = (points: 0, commas: 0, spaces: 0)
    var last: (byte: UInt8, index: Int)?
    var digits = 0
    for index in 0..<body.count {
      switch body.byte(index) {
      case 48...57: digits += 1
      case 0x2E:
        marks.points += 1
        last = (0x2E, index)
      case 0x2C:
        marks.commas += 1
        last = (0x2C, index)
      case 0x20, 0x27, 0xC2, 0xA0, 0xE2, 0x80, 0xAF, 0x89, 0x99: marks.spaces += 1
      default:
        self = .other
        return
      }
    }
    guard digits > 0 else {
      self = .other
      return
    }
    guard let last else {
      self = marks.spaces == 0 || Amount.read(body, mark: .point, places: 0) != nil ? .integer : .other
      return
    }
    let mark: DecimalMark = last.byte == 0x2E ? .point : .comma
    let reversed: DecimalMark = mark == .point ? .comma : .point
    let asDecimal = Amount.read(body, mark: mark, places: 0) != nil
    let asGroup = Amount.read(body, mark: reversed, places: 0) != nil
    switch (asDecimal, asGroup) {
    case (true, true): self = .ambiguous
    case (true, false): self = .certain(mark)
    case (false, true): self = .certain(reversed)
    case (false, false): self = .other
    }
  }
}

/// The digits of a number as a whole count of its smallest places.
struct Amount {
  /// Digits kept, without the decimal mark: the number times ten to the power of `places`.
  var units: Int64
  /// Digits behind the decimal mark in the cell.
  var decimals: Int
  /// The first digit cut off behind `places`.
  var firstCut: UInt8
  /// Whether any digit cut off is not zero.
  var isInexact: Bool

  /// Reads digits with an optional decimal mark and thousands in threes; nil for anything else, and for more digits than
  /// 64 bits hold.
  static func read(_ body: Cell, mark: DecimalMark, places: Int) -> Amount? {
    var amount = Amount(units: 0, decimals: 0, firstCut: 0, isInexact: false)
    var isFraction = false
    var group: UInt32?
    var sinceGroup = 0
    var index = 0
    while index < body.count {
      let byte = body.byte(index)
      if byte >= 48, byte <= 57 {
        guard amount.add(byte &- 48, isFraction: isFraction, places: places) else { return nil }
        sinceGroup &+= 1
        index &+= 1
      } else if byte == mark.byte {
        guard !isFraction, group == nil || sinceGroup == 3 else { return nil }
        isFraction = true
        index &+= 1
      } else {
        guard !isFraction, let (kind, length) = separator(body, index, mark) else { return nil }
        let fits = group == nil ? (1...3).contains(sinceGroup) && body.byte(0) != 48 : group == kind && sinceGroup == 3
        guard fits else { return nil }
        group = kind
        sinceGroup = 0
        index &+= length
      }
    }
    if isFraction { return amount.decimals > 0 ? amount.padded(to: places) : nil }
    guard sinceGroup > 0, group == nil || sinceGroup == 3 else { return nil }
    return amount.padded(to: places)
  }

  private mutating func add(_ digit: UInt8, isFraction: Bool, places: Int) -> Bool {
    if isFraction {
      decimals &+= 1
      guard decimals <= places else {
        if decimals == places &+ 1 { firstCut = digit }
        if digit != 0 { isInexact = true }
        return true
      }
    }
    let (scaled, overflow) = units.multipliedReportingOverflow(by: 10)
    let (sum, overflow2) = scaled.addingReportingOverflow(Int64(digit))
    units = sum
    return !overflow && !overflow2
  }

  private func padded(to places: Int) -> Amount? {
    var amount = self
    var have = min(decimals, places)
    while have < places {
      let (scaled, overflow) = amount.units.multipliedReportingOverflow(by: 10)
      guard !overflow else { return nil }
      amount.units = scaled
      have += 1
    }
    return amount
  }

  /// A mark between thousands: the other decimal mark, an apostrophe, or a space of some width.
  private static func separator(_ body: Cell, _ index: Int, _ mark: DecimalMark) -> (UInt32, Int)? {
    let byte = body.byte(index)
    if byte == mark.other || byte == 0x20 || byte == 0x27 { return (UInt32(byte), 1) }
    if byte == 0xC2, body.byte(index + 1) == 0xA0 { return (0xA0, 2) }
    guard byte == 0xE2, body.byte(index + 1) == 0x80 else { return nil }
    // Thin space, narrow no-break space, right single quotation mark.
    let third = body.byte(index + 2)
    return third == 0x89 || third == 0xAF || third == 0x99 ? (0x2000 | UInt32(third), 3) : nil
  }
}
