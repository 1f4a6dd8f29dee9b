import Conditions
import Foundation
import Records
import Store

/// Which page tells what a job does.
enum JobPlaces {
  private struct Arguments: Decodable {
    let run: Int64?
    let export: Int64?
  }

  @Sendable static func path(_ job: Job) -> String? {
    let named = try? JSONDecoder().decode(Arguments.self, from: Data(job.arguments.utf8))
    switch job.kind {
    case BulkRuns.kind: return named?.run.map { "\(BulkRoutes.path)/\($0)" }
    case ImportJob.kind: return named?.run.map { "/imports/\($0)" }
    case ExportJob.kind: return named?.export.map { "\(ExportRoutes.path)/\($0)" }
    case BackupJob.kind, BackupJob.drillKind: return "/backups"
    default: return nil
    }
  }
}
