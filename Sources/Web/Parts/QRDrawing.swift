/// The square of a QR code while it is drawn: the patterns a reader finds it by, the data, the mask.
struct QRDrawing {
  let size: Int
  private var isDark: [[Bool]]
  /// Modules that are no data: they are neither filled nor masked.
  private var isPattern: [[Bool]]

  init(size: Int) {
    self.size = size
    isDark = Array(repeating: Array(repeating: false, count: size), count: size)
    isPattern = isDark
  }

  private mutating func set(_ row: Int, _ column: Int, _ dark: Bool) {
    guard (0..<size).contains(row), (0..<size).contains(column) else { return }
    isDark[row][column] = dark
    isPattern[row][column] = true
  }

  mutating func patterns(version: Int, alignment: [Int]) {
    for place in 0..<size {
      set(6, place, place % 2 == 0)
      set(place, 6, place % 2 == 0)
    }
    for (row, column) in [(3, 3), (3, size - 4), (size - 4, 3)] { finder(row, column) }
    for row in alignment {
      for column in alignment {
        let isCorner = (row == 6 && (column == 6 || column == size - 7)) || (row == size - 7 && column == 6)
        if !isCorner { self.alignment(row, column) }
      }
    }
    format(mask: 0)
    if version >= 7 { self.version(version) }
  }

  private mutating func finder(_ row: Int, _ column: Int) {
    for down in -4...4 {
      for right in -4...4 {
        let distance = max(abs(down), abs(right))
        set(row + down, column + right, distance != 2 && distance != 4)
      }
    }
  }

  private mutating func alignment(_ row: Int, _ column: Int) {
    for down in -2...2 {
      for right in -2...2 { set(row + down, column + right, max(abs(down), abs(right)) != 1) }
    }
  }

  /// Level M and the mask, twice.
  private mutating func format(mask: Int) {
    var rest = mask
    for _ in 0..<10 { rest = (rest << 1) ^ ((rest >> 9) * 0x537) }
    let bits = (mask << 10 | rest) ^ 0x5412
    func bit(_ place: Int) -> Bool { bits >> place & 1 == 1 }
    for place in 0...5 { set(place, 8, bit(place)) }
    set(7, 8, bit(6))
    set(8, 8, bit(7))
    set(8, 7, bit(8))
    for place in 9..<15 { set(8, 14 - place, bit(place)) }
    for place in 0..<8 { set(8, size - 1 - place, bit(place)) }
    for place in 8..<15 { set(size - 15 + place, 8, bit(place)) }
    set(size - 8, 8, true)
  }

  private mutating func version(_ version: Int) {
    var rest = version
    for _ in 0..<12 { rest = (rest << 1) ^ ((rest >> 11) * 0x1F25) }
    let bits = version << 12 | rest
    for place in 0..<18 {
      let dark = bits >> place & 1 == 1
      set(size - 11 + place % 3, place / 3, dark)
      set(place / 3, size - 11 + place % 3, dark)
    }
  }

  /// Puts the words where no pattern is: in columns of two from the right, up and down in turn.
  mutating func fill(_ words: [UInt8]) {
    var place = 0
    for right in stride(from: size - 1, through: 1, by: -2) {
      let column = right <= 6 ? right - 1 : right
      let isUpward = (column + 1) & 2 == 0
      for step in 0..<size {
        let row = isUpward ? size - 1 - step : step
        for one in [column, column - 1] where !isPattern[row][one] && place < words.count * 8 {
          isDark[row][one] = words[place >> 3] >> (7 - place & 7) & 1 == 1
          place += 1
        }
      }
    }
  }

  /// The drawing under that of the eight masks which leaves the fewest shapes a reader could stumble over.
  func masked() -> [[Bool]] {
    let drawings = (0..<8).map { mask -> [[Bool]] in
      var drawing = self
      drawing.apply(mask)
      drawing.format(mask: mask)
      return drawing.isDark
    }
    return drawings.min { QRPenalty(modules: $0).total < QRPenalty(modules: $1).total } ?? isDark
  }

  private mutating func apply(_ mask: Int) {
    for row in 0..<size {
      for column in 0..<size where !isPattern[row][column] && QRDrawing.flips(mask, row, column) {
        isDark[row][column].toggle()
      }
    }
  }

  private static func flips(_ mask: Int, _ row: Int, _ column: Int) -> Bool {
    switch mask {
    case 0: (row + column) % 2 == 0
    case 1: row % 2 == 0
    case 2: column % 3 == 0
    case 3: (row + column) % 3 == 0
    case 4: (row / 2 + column / 3) % 2 == 0
    case 5: row * column % 2 + row * column % 3 == 0
    case 6: (row * column % 2 + row * column % 3) % 2 == 0
    default: ((row + column) % 2 + row * column % 3) % 2 == 0
    }
  }
}

/// How hard a drawing is to read: long runs, blocks, shapes like a finder, too much of one colour.
struct QRPenalty {
  let modules: [[Bool]]

  var total: Int {
    let turned = modules.indices.map { column in modules.map { $0[column] } }
    return (modules + turned).reduce(0) { $0 + runs($1) + finders($1) } + blocks + balance
  }

  private func runs(_ line: [Bool]) -> Int {
    var (sum, length, last) = (0, 0, line.first)
    for one in line + [] {
      length = one == last ? length + 1 : 1
      last = one
      if length == 5 { sum += 3 } else if length > 5 { sum += 1 }
    }
    return sum
  }

  private static let finder = [true, false, true, true, true, false, true]
  private static let quiet = [false, false, false, false]

  private func finders(_ line: [Bool]) -> Int {
    guard line.count >= 11 else { return 0 }
    return (0...(line.count - 11)).reduce(0) { sum, start in
      let piece = Array(line[start..<start + 11])
      return sum + (piece == Self.finder + Self.quiet || piece == Self.quiet + Self.finder ? 40 : 0)
    }
  }

  private var blocks: Int {
    zip(modules, modules.dropFirst()).reduce(0) { sum, pair in
      sum
        + (1..<pair.0.count).count { column in
          let one = pair.0[column]
          return one == pair.0[column - 1] && one == pair.1[column] && one == pair.1[column - 1]
        } * 3
    }
  }

  private var balance: Int {
    let dark = modules.reduce(0) { $0 + $1.count { $0 } }
    let all = modules.count * modules.count
    return abs(dark * 20 - all * 10) / max(1, all) * 10
  }
}
