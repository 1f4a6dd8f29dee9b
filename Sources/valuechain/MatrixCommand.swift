import ArgumentParser
import Foundation
import Kernel
import Portfolio
import Server
import Store
import Web

extension PortfolioCommand {
  /// `valuechain portfolio matrix`: customers in the cells of one of the portfolio matrices.
  struct Matrix: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Customers in the cells of a portfolio matrix.",
      discussion: """
        Lines stand at the median, or where a matrix has them, unless you move them: shares as per cent, scores 0 to 100.

        Example:
          valuechain portfolio matrix shapiro --lines price=92.5,cost=30 \\
            --database data/company.sqlite --json
        """)

    @OptionGroup var store: StoreOptions
    @Argument(help: "shapiro, turnbull-zolkiewski or fiocca.") var matrix: String
    @Option(help: "Where lines stand, as name=number, several with commas.") var lines = ""
    @Option(help: "In Fiocca's second step, attractiveness or profit.") var by: String?

    func run() async throws {
      guard let kind = MatrixKind(rawValue: matrix) else {
        throw Problem(
          .invalid, field: "matrix", "There is no matrix “\(matrix.prefix(40))”.",
          mend: "Use one of \(MatrixKind.allCases.map(\.rawValue).joined(separator: ", ")).")
      }
      let asked = try pairs(kind)
      let place = try Door.place(store)
      if Door.server(at: place) != nil, store.json {
        return try await PortfolioCommand.printAnswer(of: place, Address.path(kind.path, asked))
      }
      let question = try MatrixRoutes.question(kind, Fields(asked))
      try PortfolioCommand.requireNoServer(at: place)
      try await Door.open(place) { modules in
        guard let answer = try await modules.matrices.answer(question, for: .operator) else {
          throw Problem(
            .notFound, "Nobody has bought anything yet.", mend: "Bring in purchases: valuechain import FILE")
        }
        let report = MatrixReport(answer)
        if store.json { return try Terminal.json(report) }
        print("Lines: \(report.lineWords)")
        print(Terminal.table(["", "cell", "customers", "sales", "contribution"], report.table, numbers: [2, 3, 4]))
      }
    }

    private func pairs(_ kind: MatrixKind) throws -> [(String, String)] {
      let lines = try lines.split(separator: ",").map { part in
        let sides = part.split(separator: "=", maxSplits: 1).map(String.init)
        guard sides.count == 2, MatrixLine(rawValue: sides[0]).map({ kind.lines.contains($0) }) ?? false else {
          throw Problem(
            .invalid, field: "lines", "“\(part.prefix(40))” moves no line of this matrix.",
            mend: "Write \(kind.lines.map { "\($0.rawValue)=NUMBER" }.joined(separator: ",")).")
        }
        return (sides[0], sides[1])
      }
      return lines + (by.map { [("by", $0)] } ?? [])
    }
  }

  /// `valuechain portfolio removal`: who carries the fixed cost, and what becomes of the rest without some.
  struct Removal: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Takes customers away and counts who of the rest turns negative.",
      discussion: "Example:\n  valuechain portfolio removal --top 5 --database data/company.sqlite --json")

    @OptionGroup var store: StoreOptions
    @Option(help: "Take away so many of the largest.") var top: Int?
    @Option(help: "Take away so many fifths of the customers, the best first.") var fifths: Int?
    @Option(help: "Take away this customer, by its number; may be given several times.") var customer: [Int64] = []

    func run() async throws {
      let asked =
        (top.map { [("top", "\($0)")] } ?? []) + (fifths.map { [("fifths", "\($0)")] } ?? [])
        + customer.map { ("customer", "\($0)") }
      let removed = try FixedCostRoutes.removed(Fields(asked))
      let place = try Door.place(store)
      if Door.server(at: place) != nil, store.json {
        return try await PortfolioCommand.printAnswer(of: place, Address.path(FixedCostRoutes.path, asked))
      }
      try PortfolioCommand.requireNoServer(at: place)
      try await Door.open(place) { modules in
        guard let answer = try await modules.fixedCosts.answer(for: .operator) else {
          throw Problem(
            .notFound, "Nobody has bought anything yet.", mend: "Bring in purchases: valuechain import FILE")
        }
        let usual = try await modules.fixedCosts.usual(for: .operator)
        let report = FixedCostReport(answer, removed ?? usual)
        if store.json { return try Terminal.json(report) }
        for line in report.lines { print(line) }
      }
    }
  }
}
