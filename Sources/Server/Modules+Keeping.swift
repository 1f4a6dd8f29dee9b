import Conditions
import Records

/// What keeps the company's data. Nothing of it is remembered between two questions, so each is made when it is asked for.
extension Modules {
  package var backups: Backups {
    Backups(database, clock: clock, jobs: jobs, companies: companies, users: users)
  }
  package var bin: Bins {
    Bins(
      database, catalogues,
      others: [tags.binKind, attachments.binKind, customFields.binKind, desk.views.binKind])
  }
  package var privacyRequests: PrivacyRequests { PrivacyRequests(database, clock: clock) }
  package var personExports: PersonExports { PersonExports(database, clock: clock, jobs: jobs) }
  package var erasures: Erasures {
    Erasures(database, clock: clock, jobs: jobs, exports: personExports, attachments: attachments)
  }
  package var retentions: Retentions {
    Retentions(database, clock: clock, jobs: jobs, exports: personExports, erasures: erasures)
  }
}
