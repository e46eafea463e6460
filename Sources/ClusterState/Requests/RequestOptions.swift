/// The query parameters and the negotiated representation of a request.
///
/// A DELETE's body (`DeleteOptions`) is read from the request's body and wins over the values here.
package struct RequestOptions: Equatable, Sendable {
    /// What to do with fields the schema does not know.
    package enum FieldValidation: String, Equatable, Sendable {
        case strict = "Strict"
        case warn = "Warn"
        case ignore = "Ignore"
    }

    /// What the answer looks like, chosen by the `Accept` header.
    package enum Representation: Equatable, Sendable {
        case object
        /// `meta.k8s.io/v1` Table.
        case table(IncludeObject)
        /// `meta.k8s.io/v1` PartialObjectMetadata.
        case metadata
    }

    /// What the rows of a Table carry besides their cells.
    package enum IncludeObject: String, Equatable, Sendable {
        case none = "None"
        case metadata = "Metadata"
        case object = "Object"
    }

    /// The text of `labelSelector`; empty selects everything.
    package var labelSelector = ""
    /// The text of `fieldSelector`; empty selects everything.
    package var fieldSelector = ""
    /// The most items a list may return; 0 for all.
    package var limit = 0
    /// The token of the page before.
    package var continueToken = ""
    /// The text of `resourceVersion`; empty when not given.
    package var resourceVersion = ""
    /// `Exact`, `NotOlderThan` or empty.
    package var resourceVersionMatch = ""
    /// Whether everything but the write itself is done (`dryRun=All`).
    package var isDryRun = false
    /// Who writes, for `managedFields`; derived from the user agent by the adapter when not given.
    package var fieldManager = ""
    /// Whether an apply takes fields from other managers.
    package var force = false
    package var fieldValidation = FieldValidation.warn
    /// `Foreground`, `Background`, `Orphan`; empty for the kind's default.
    package var propagationPolicy = ""
    /// Overrides a pod's grace period on deletion.
    package var gracePeriodSeconds: Int?
    /// When set, a deletion is refused unless the object has this uid.
    package var preconditionUID: String?
    /// When set, a deletion is refused unless the object has this version.
    package var preconditionResourceVersion: String?
    package var representation = Representation.object

    package init() {}
}
