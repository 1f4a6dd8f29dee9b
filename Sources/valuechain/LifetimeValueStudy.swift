import Analytics
import ArgumentParser
import Foundation
import Kernel

extension LifetimeValueCommand {
  /// `valuechain lifetime-value study`: the plots of the documentation, made again.
  struct Study: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Draws how well the models do: recovered parameters, calibration, cover of intervals, regret.",
      discussion: """
        Customers are generated from the seed, so that equal seeds give equal plots. With --log the last three plots are \
        of real purchases.
        Example:
          valuechain lifetime-value study --output study --seed 7
          valuechain lifetime-value study --output study \\
            --log .cache/data/CDNOW_master.txt --json
        """)

    @Option(help: "The folder for the plots, as SVG; made when it is not there.") var output: String
    @Option(help: "Where generated customers start from, a whole number.") var seed: UInt64 = 1
    @Option(help: "A file of purchases for calibration, cover and regret.") var log: String?
    @Flag(help: "Answer with JSON on standard output.") var json = false

    func run() throws {
      let purchases = try log.map { path in
        try PurchaseFile(CustomerFileOptions.parse([path]), today: LifetimeValueCommand.today).log
      }
      let study = try timed { try announced("Studying the models") { try StudyReport(purchases, seed: seed) } }
      let answer = StudyAnswer(study.result, files: try write(study.result), seconds: study.seconds)
      if json { return try Terminal.json(answer) }
      print(answer.text)
    }

    /// Writes each plot, and says where.
    private func write(_ study: StudyReport) throws -> [String] {
      let folder = URL(fileURLWithPath: output, isDirectory: true)
      do {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        return try study.findings.map { finding in
          let name = finding.name + ".svg"
          try Data(finding.plot.svg().utf8).write(to: folder.appending(path: name), options: .atomic)
          return name
        }
      } catch {
        throw Problem(
          .unavailable, field: "output", "The plots cannot be written to “\(output)”.", mend: "Name another folder.")
      }
    }
  }
}

/// What a study says.
struct StudyAnswer: Encodable {
  struct Row: Encodable {
    let file: String
    let finding: String
    let plot: StudyPlot
  }

  let seed: UInt64
  let customers: Int
  let seconds: Double
  let plots: [Row]

  init(_ study: StudyReport, files: [String], seconds: Double) {
    seed = study.seed
    customers = study.customers
    self.seconds = seconds
    plots = zip(study.findings, files).map { Row(file: $1, finding: $0.finding, plot: $0.plot) }
  }

  var text: String {
    Terminal.table(["plot", "finding"], plots.map { [$0.file, $0.finding] })
      + "\n\nseed \(seed), \(Wording.count(Double(customers))) customers in the log\n"
  }
}
