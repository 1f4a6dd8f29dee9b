import Customers
import Kernel

extension MatrixAnswer {
  /// One matrix by the mathematics of its authors, with its cells named.
  struct Drawing {
    var byProfit = false
    var axes: [MatrixAxis] = []
    var lines: [MatrixLine: Double] = [:]
    var cells: [(cell: Cell, customers: [ID<Customer>], sales: Int64)] = []
    var unplaced: (customers: [ID<Customer>], minor: Int64) = ([], 0)
    var second: (customers: [ID<Customer>], minor: Int64)?
    var grades: [ID<Customer>: Figure.Grade] = [:]

    init(shapiro question: MatrixQuestion, _ basis: MatrixBasis) throws {
      let matrix = basis.priceCost
      let asked = PriceCostMatrix.Lines(cost: question.figure(.cost), price: question.figure(.price))
      let map = try matrix.names(asked, money: basis.sales)
      take(matrix, asked, basis, [.cost, .price])
      for name in PriceCostMatrix.Name.allCases {
        let cell = Cell(
          id: name.rawValue, word: name.word, calls: name.calls, panel: 0, x: name.isCostly ? 1 : 0,
          y: name.isDear ? 1 : 0)
        cells.append((cell, map[name].customers, map[name].minor))
      }
      unplaced = (map.unplaced.customers, map.unplaced.minor)
    }

    init(turnbullZolkiewski question: MatrixQuestion, _ basis: MatrixBasis) throws {
      let matrix = basis.priceCost
      let asked = PriceCostMatrix.Lines(
        cost: question.figure(.cost), price: question.figure(.price), relationship: question.figure(.relationship))
      let map = try matrix.cells(asked, money: basis.sales)
      take(matrix, asked, basis, [.cost, .price, .relationship])
      for (panel, relationship) in [Half.low, .high].enumerated() {
        for name in PriceCostMatrix.Name.allCases {
          let key = PriceCostMatrix.Cell(
            cost: name.isCostly ? .high : .low, price: name.isDear ? .high : .low, relationship: relationship)
          let cell = Cell(
            id: "\(name.rawValue)-\(relationship.rawValue)", word: name.word,
            calls: relationship == .high ? name.callsWhenClose : name.calls, panel: panel, x: name.isCostly ? 1 : 0,
            y: name.isDear ? 1 : 0)
          cells.append((cell, map[key].customers, map[key].minor))
        }
      }
      unplaced = (map.unplaced.customers, map.unplaced.minor)
    }

    private mutating func take(
      _ matrix: PriceCostMatrix, _ asked: PriceCostMatrix.Lines, _ basis: MatrixBasis, _ scales: [MatrixScale]
    ) {
      let stand = matrix.lines(asked)
      for scale in scales {
        let values = matrix.rows.map { row in
          switch scale {
          case .cost: row.hasNoMargin ? Double.infinity : row.costBurden
          case .price: row.netPrice
          default: row.relationshipValue
          }
        }
        let grade: Figure.Grade =
          switch scale {
          case .price: .measured
          case .cost: Figure.weakest(basis.customers.map(\.grade))
          default: Figure.weakest(matrix.rows.filter { $0.relationshipValue != nil }.map(\.relationshipGrade))
          }
        axes.append(MatrixAxis(scale: scale, values: values, grade: grade, title: scale.title))
      }
      for (line, value) in [(MatrixLine.cost, stand.cost), (.price, stand.price), (.relationship, stand.relationship)]
      where scales.contains(line.scale) {
        lines[line] = value
      }
      for row in basis.customers { grades[row.customer] = row.costGrade }
      guard scales.contains(.relationship) else { return }
      for row in matrix.rows where row.relationshipValue != nil {
        grades[row.customer] = max(grades[row.customer] ?? .measured, row.relationshipGrade)
      }
    }

    init(fiocca question: MatrixQuestion, _ basis: MatrixBasis) throws {
      let fiocca = basis.fiocca
      byProfit = question.byProfit ?? fiocca.rows.allSatisfy { $0.attractiveness.value == nil }
      for line in MatrixKind.fiocca.lines { lines[line] = question.figure(line) }
      var stand = Fiocca.Lines()
      stand.importance = lines[.importance] ?? stand.importance
      stand.difficulty = lines[.difficulty] ?? stand.difficulty
      stand.attractiveness = ThirdLines(
        lower: lines[.attractivenessLow] ?? stand.attractiveness.lower,
        upper: lines[.attractivenessHigh] ?? stand.attractiveness.upper)
      stand.strength = ThirdLines(
        lower: lines[.strengthLow] ?? stand.strength.lower, upper: lines[.strengthHigh] ?? stand.strength.upper)
      takeAxes(fiocca)
      let (sales, isByProfit) = (basis.sales, byProfit)
      let first = try fiocca.first(stand, money: sales)
      for (y, importance) in [Half.low, .high].enumerated() {
        for (x, difficulty) in [Half.low, .high].enumerated() {
          let key = Fiocca.FirstCell(importance: importance, difficulty: difficulty)
          let cell = Cell(id: key.id, word: key.word, calls: key.calls, panel: 0, x: x, y: y)
          cells.append((cell, first[key].customers, first[key].minor))
        }
      }
      let map = try fiocca.second(stand, byProfit: isByProfit, money: sales)
      for (y, attractiveness) in Third.allCases.enumerated() {
        for (x, strength) in Third.allCases.enumerated() {
          let key = Fiocca.SecondCell(attractiveness: attractiveness, strength: strength)
          let cell = Cell(
            id: key.id, word: key.word(byProfit: isByProfit), calls: key.calls, panel: 1, x: x, y: y)
          cells.append((cell, map[key].customers, map[key].minor))
        }
      }
      unplaced = (first.unplaced.customers, first.unplaced.minor)
      second = (map.unplaced.customers, map.unplaced.minor)
    }

    private mutating func takeAxes(_ fiocca: Fiocca) {
      let isByProfit = byProfit
      for scale in MatrixKind.fiocca.scales {
        let scores: [(value: Double?, grade: Figure.Grade)] = fiocca.rows.map { row in
          switch scale {
          case .importance: (row.importance.value, row.importance.grade)
          case .difficulty: (row.difficulty.value, row.difficulty.grade)
          case .strength: (row.strength.value, row.strength.grade)
          default:
            isByProfit ? (row.profitability, .measured) : (row.attractiveness.value, row.attractiveness.grade)
          }
        }
        let known = scores.filter { $0.value != nil }
        axes.append(
          MatrixAxis(
            scale: scale, values: scores.map(\.value), grade: Figure.weakest(known.map(\.grade)),
            title: scale == .attractiveness && isByProfit ? "Profitability, rank by contribution" : scale.title))
        for (row, score) in zip(fiocca.rows, scores) where score.value != nil {
          grades[row.customer] = max(grades[row.customer] ?? .measured, score.grade)
        }
      }
    }
  }
}

extension PriceCostMatrix.Name {
  var isDear: Bool { self == .carriageTrade || self == .passive }
  var isCostly: Bool { self == .carriageTrade || self == .bargainBasement }

  /// What to do with them.
  var calls: String {
    switch self {
    case .carriageTrade: "They pay for their service. Keep it as good as they pay for."
    case .passive: "They pay well and ask little. Do not wake a rival: look after them before they ask."
    case .aggressive: "They buy hard and cost little. Serve them cheaply and keep it so."
    case .bargainBasement: "They pay little and cost much. Raise the price or cheapen the service."
    }
  }

  /// The same where the relationship brings more than money.
  var callsWhenClose: String {
    switch self {
    case .carriageTrade: "They pay, cost, and teach us. Invest with them."
    case .passive: "The best there are. Protect them from rivals."
    case .aggressive: "They press the price and open doors. Ask for the doors in return."
    case .bargainBasement: "They cost more than they pay and bring other things. Write down which, or reprice."
    }
  }
}

extension Fiocca.FirstCell {
  var id: String { "\(isKey ? "key" : "nonKey")-\(difficulty == .high ? "difficult" : "easy")" }

  var calls: String {
    switch (importance, difficulty) {
    case (.high, .high): "Worth the trouble: one person each, and step 2."
    case (.high, .low): "The easiest money: hold the relationship, and step 2."
    case (.low, .high): "Trouble without need: simplify what they may ask for."
    case (.low, .low): "Serve by standard, at low cost."
    }
  }
}

extension Fiocca.SecondCell {
  var id: String { "\(attractiveness.rawValue)-\(strength.rawValue)" }

  func word(byProfit: Bool) -> String {
    let across = ["weak", "medium", "strong"][Third.allCases.firstIndex(of: strength) ?? 0]
    return "\(byProfit ? "Profit" : "Business") \(attractiveness.rawValue), tie \(across)"
  }

  var calls: String {
    switch (attractiveness, strength) {
    case (.high, .low): "Build the relationship: the worth is there."
    case (.high, .medium): "Deepen it."
    case (.high, .high): "Hold, and grow with them."
    case (.medium, .low): "Choose which of them to court."
    case (.medium, .medium): "Keep, with care for cost."
    case (.medium, .high): "Use the tie to win better business."
    case (.low, .low): "Withdraw effort."
    case (.low, .medium): "Hold at lower cost."
    case (.low, .high): "Harvest: the tie outlives its worth."
    }
  }
}
