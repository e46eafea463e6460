import JSON

/// What a CustomResourceDefinition says about one version of its resource.
struct CustomVersion: Sendable {
    /// A column of `kubectl get`.
    struct Column: Sendable, Equatable {
        var name: String
        /// `string`, `integer`, `number`, `boolean`, `date`.
        var type: String
        var format: String
        var description: String
        var jsonPath: String
        /// Above 0 the column is only shown with `-o wide`.
        var priority: Int
    }

    /// The name of the CustomResourceDefinition.
    var definitionName: String
    /// The schema of objects; `nil` where none is declared.
    var schema: StructuralSchema?
    /// The columns besides the name.
    var columns: [Column]
    /// Fields that field selectors may name, besides the name and namespace.
    var selectableFields: Set<String> = []
    /// The warning given with every answer, for deprecated versions.
    var deprecationWarning: String?
}
