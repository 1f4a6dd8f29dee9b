import Kernel

/// Which column of a file means what.
package struct ColumnMap: Sendable, Equatable {
  /// One statement of a person: this role is that column.
  package struct Choice: Sendable, Equatable {
    package let role: ColumnRole
    /// A header, or `#3` for the third column; empty to leave the role out.
    package let column: String

    package init(_ role: ColumnRole, _ column: String) {
      self.role = role
      self.column = column
    }

    /// Reads `role=Header Name`.
    /// - Throws: `Problem` when the role is not known.
    package init(_ text: String) throws {
      let bytes = Array(text.utf8)
      let cut = bytes.firstIndex(of: UInt8(ascii: "="))
      let name = String(decoding: bytes[..<(cut ?? bytes.endIndex)], as: UTF8.self)
      guard let cut, let role = ColumnRole(rawValue: name) else {
        throw Problem(
          .invalid, field: "map", "“\(text)” does not name a role.",
          mend: "Write role=Header; the roles are \(ColumnRole.allCases.map(\.rawValue).joined(separator: ", ")).")
      }
      self.init(role, String(decoding: bytes[(cut + 1)...], as: UTF8.self))
    }
  }

  /// The headers of the file, in order; `column 1` and so on where it has none.
  package let headers: [String]
  /// The column of each role, from 0.
  package private(set) var columns: [ColumnRole: Int] = [:]
  /// The name of the ready map that was used; nil when the headers were guessed.
  package private(set) var readyMap: String?
  package private(set) var carriedDown: Set<ColumnRole> = []
  package private(set) var roundsAmounts = false

  /// Maps the columns of a file: by a ready map where its headers fit one, else by what headers usually mean; what a
  /// person chose stands above both.
  /// - Throws: `Problem` when two columns have one name, or a chosen column is not there.
  package init(headers: [String], ready: ReadyMap? = nil, choices: [Choice] = []) throws {
    try ColumnMap.refuseTwins(headers)
    self.headers = headers
    if let map = ready ?? ReadyMap.recognise(headers) {
      use(map)
    } else {
      guess()
    }
    for choice in choices { try choose(choice) }
    if columns[.customer] == nil { columns[.customer] = columns[.email] ?? columns[.customerName] }
  }

  /// The map of a file without headers.
  /// - Parameter sample: the cells of its first record.
  package init(sample: [String], choices: [Choice] = []) throws {
    headers = (1...max(1, sample.count)).map { "column \($0)" }
    useShape(of: sample)
    for choice in choices { try choose(choice) }
  }

  /// Refuses a file that lacks a column.
  /// - Throws: `Problem` naming the first role that is missing, what was found, and what to do.
  package func require(_ roles: [ColumnRole]) throws {
    guard let missing = roles.first(where: { columns[$0] == nil }) else { return }
    let found = headers.prefix(40).map { "“\($0)”" }.joined(separator: ", ")
    throw Problem(
      .invalid, field: missing.rawValue, "There is no column for the \(missing.title). Found: \(found).",
      mend: "Name the column: \(missing.rawValue)=HEADER, or \(missing.rawValue)=#NUMBER.",
      facts: [Problem.Fact("found", headers.joined(separator: ","))])
  }

  /// The header of a role's column.
  package func header(of role: ColumnRole) -> String? { columns[role].map { headers[$0] } }

  /// Columns that mean nothing here, and are left alone.
  package var unused: [String] {
    let used = Set(columns.values)
    return headers.indices.filter { !used.contains($0) }.map { headers[$0] }
  }

  private static func refuseTwins(_ headers: [String]) throws {
    var seen: [String: Int] = [:]
    for (index, header) in headers.enumerated() {
      let name = header.lowercased()
      if let first = seen[name] {
        throw Problem(
          .invalid, field: header, "Columns \(first + 1) and \(index + 1) are both named “\(header)”.",
          mend: "Rename one of them and try again.",
          facts: [Problem.Fact("first", String(first + 1)), Problem.Fact("second", String(index + 1))])
      }
      seen[name] = index
    }
  }

  private mutating func use(_ map: ReadyMap) {
    let places = Dictionary(
      headers.enumerated().map { (HeaderName.fold($1), $0) }, uniquingKeysWith: { first, _ in first })
    for (role, names) in map.headers {
      columns[role] = names.lazy.compactMap { places[HeaderName.fold($0)] }.first
    }
    readyMap = map.name
    carriedDown = map.carriedDown
    roundsAmounts = map.roundsAmounts
  }

  private mutating func guess() {
    var ranks: [ColumnRole: Int] = [:]
    for (index, header) in headers.enumerated() {
      guard let (role, rank) = HeaderSynonyms.meaning(of: header), rank < ranks[role] ?? Int.max else { continue }
      ranks[role] = rank
      columns[role] = index
    }
    // With one row for each order, its total is the amount; with one for each line it would be counted again and again.
    if [.amount, .unitPrice, .line, .product, .productName].allSatisfy({ columns[$0] == nil }) {
      columns[.amount] = columns[.orderTotal]
    }
  }

  /// The purchase files of the CDNOW study: number, day, pieces, amount; the sample has two numbers in front.
  private mutating func useShape(of sample: [String]) {
    let dayAt = sample.count - 3
    guard sample.count == 4 || sample.count == 5, isCompactDay(sample[dayAt]) else { return }
    columns = [.customer: 0, .time: dayAt, .quantity: dayAt + 1, .amount: dayAt + 2]
    readyMap = "cdnow"
  }

  private func isCompactDay(_ text: String) -> Bool {
    Array(text.utf8).withUnsafeBufferPointer { DateReader.plainDay(Cell($0), .digits) != nil }
  }

  private mutating func choose(_ choice: Choice) throws {
    guard !choice.column.isEmpty else {
      columns[choice.role] = nil
      return
    }
    if choice.column.utf8.first == UInt8(ascii: "#"), let number = Int(choice.column.dropFirst()) {
      guard headers.indices.contains(number - 1) else { throw noColumn(choice) }
      columns[choice.role] = number - 1
      return
    }
    let exact = headers.firstIndex { $0.utf8.elementsEqual(choice.column.utf8) }
    guard let index = exact ?? headers.firstIndex(where: { HeaderName.fold($0) == HeaderName.fold(choice.column) })
    else { throw noColumn(choice) }
    columns[choice.role] = index
  }

  private func noColumn(_ choice: Choice) -> Problem {
    let found = headers.prefix(40).map { "“\($0)”" }.joined(separator: ", ")
    return Problem(
      .invalid, field: choice.role.rawValue, "There is no column “\(choice.column)”. Found: \(found).",
      mend: "Name one of these columns, or its number as #3.",
      facts: [Problem.Fact("found", headers.joined(separator: ","))])
  }
}
