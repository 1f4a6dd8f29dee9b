import Customers
import Kernel
import Tabular
import Web

/// The portfolio matrices: who is in which cell, where the lines were put, and every customer's place as a file.
package struct MatrixRoutes: Sendable {
  let matrices: Matrices
  let customers: Customers

  package init(_ matrices: Matrices, customers: Customers) { (self.matrices, self.customers) = (matrices, customers) }

  package static let path = "/portfolio/matrices"

  private static func inputs(_ kind: MatrixKind) -> [Route.Input] {
    kind.lines.map { .init($0.rawValue, $0.title, .number) }
      + (kind == .fiocca
        ? [.init("by", "What stands across the ties in step 2", choices: ["attractiveness", "profit"])] : [])
  }

  package var routes: [Route] {
    [
      Route(
        .get, Self.path, .may(.see, .analysis), "The portfolio matrices there are.",
        answer: .of([[String: String]].self)
      ) { visit in
        visit.face == .html
          ? .redirect(to: MatrixKind.shapiro.path)
          : .json(MatrixKind.allCases.map { ["matrix": $0.rawValue, "title": $0.title, "path": $0.path] })
      }
    ]
      + MatrixKind.allCases.flatMap { kind in
        [
          Route(
            .get, kind.path, .may(.see, .analysis), "Customers in the cells of the matrix of \(kind.authors).",
            answer: .of(MatrixReport.self, or: [String: Int].self),
            inputs: Self.inputs(kind) + [.init("cell", "Whose customers the page lists")]
          ) { visit in try await show(kind, visit) },
          Route(
            .get, "\(kind.path)/customers.csv", .may(.export, .analysis),
            "Every customer with its place in the matrix of \(kind.authors).", answer: .file("text/csv"),
            inputs: Self.inputs(kind)
          ) { visit in try await export(kind, visit) },
        ]
      }
  }

  /// What an address asks for. Numbers are read as programs write them, and as the company does.
  package static func question(
    _ kind: MatrixKind, _ query: Fields, format: Format = .standard
  ) throws -> MatrixQuestion {
    var lines: [MatrixLine: Double] = [:]
    for line in kind.lines {
      guard let text = query[line.rawValue], !text.isEmpty else { continue }
      lines[line] = try number(text, field: line.rawValue, format)
    }
    let byProfit: Bool? =
      switch query["by"] ?? "" {
      case "": nil
      case "profit": true
      case "attractiveness": false
      default:
        throw Problem(
          .invalid, field: "by", "There is no such axis.", mend: "Use attractiveness, or profit in its place.")
      }
    return try MatrixQuestion(kind, lines: lines, byProfit: byProfit)
  }

  static func number(_ text: String, field: String, _ format: Format) throws -> Double {
    let isPlain = text.utf8.allSatisfy { (48...57).contains($0) || $0 == UInt8(ascii: ".") } && text.utf8.count < 19
    let digits = text.split(separator: ".", omittingEmptySubsequences: false)
    // A group of three after a point may be thousands where points group; then the company's way of writing decides.
    if isPlain, format.grouping != "." || digits.count < 2 || digits.last?.count != 3, let value = Double(text) {
      return value
    }
    return try format.readNumber(text, field: field)
  }

  private func show(_ kind: MatrixKind, _ visit: Visit) async throws -> Answer {
    var problem: Problem?
    var question = try MatrixQuestion(kind)
    do {
      question = try Self.question(
        kind, visit.query, format: visit.face == .json ? .standard : visit.viewer.format)
    } catch let refusal as Problem where visit.face == .html && refusal.kind == .invalid {
      problem = refusal
    }
    guard let answer = try await matrices.answer(question, for: visit.actor) else {
      if visit.face == .json { return .json(["customers": 0]) }
      return .page(NothingBoughtPage(title: kind.title, path: kind.path, visit: visit).html)
    }
    if visit.face == .json { return .json(MatrixReport(answer)) }
    let listed = MatrixPage.listed(answer, cell: visit.query["cell"])
    let names = try await customers.names(
      Array(Set(MatrixPicture.alone(answer) + listed.customers)), for: visit.actor)
    return .page(
      MatrixPage(answer: answer, listed: listed, names: names, visit: visit, problem: problem).html,
      status: problem?.kind.status ?? 200)
  }

  private func export(_ kind: MatrixKind, _ visit: Visit) async throws -> Answer {
    let question = try Self.question(
      kind, visit.query, format: visit.face == .json ? .standard : visit.viewer.format)
    let answer = try await matrices.answer(question, for: visit.actor)
    let (customers, actor) = (customers, visit.actor)
    return .download("\(kind.rawValue).csv", type: "text/csv; charset=utf-8") { sink in
      let rows = Array((answer?.rows ?? []).enumerated())
      for (number, chunk) in (rows.isEmpty ? [[]] : rows.chunks(of: 500)).enumerated() {
        let names = try await customers.names(chunk.map(\.element.customer), for: actor)
        let bytes = try SafeCSVWriter.bytes(byteOrderMark: number == 0) { writer in
          if number == 0 {
            try writer.record(
              ["customer", "name"] + kind.scales.map(\.rawValue) + ["cell", "net_sales", "contribution", "grade"])
          }
          guard let answer else { return }
          for (place, row) in chunk {
            writer.integer(row.customer.rawValue)
            writer.text(names[row.customer] ?? "")
            for axis in answer.axes {
              if let value = axis.values[place], value.isFinite {
                writer.number(value * axis.scale.unit, decimals: 4)
              } else {
                writer.text(axis.values[place] == nil ? "" : "no margin")
              }
            }
            writer.text(answer.cell(of: row.customer)?.id ?? "")
            writer.money(Money(minor: row.sales.net, answer.currency))
            if let minor = row.contribution {
              writer.money(Money(minor: minor, answer.currency))
            } else {
              writer.empty()
            }
            writer.text(answer.grade(of: row.customer).rawValue)
            try writer.endRecord()
          }
        }
        try await sink.write(bytes)
      }
    }
  }
}
