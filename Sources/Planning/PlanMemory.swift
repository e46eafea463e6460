/// What the last plan for a key has worked out from documents, to spare the next one the work.
///
/// It holds no facts. Whatever is in it was computed from values that are kept beside it, and is used again only when
/// these are equal to the present ones: a plan is the same with and without it.
package struct PlanMemory: Sendable {
    /// Of a type that only its controller knows; `nil` when nothing is kept.
    package var content: (any Sendable)?

    /// A memory of nothing.
    package init() {}
}
