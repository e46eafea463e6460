import JSON
import KubernetesModel

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
    /// The schemas of all versions by `apiVersion`.
    var schemas: [String: StructuralSchema] = [:]
    /// The `apiVersion` in which objects are kept.
    var storageVersion: String
    /// The columns besides the name.
    var columns: [Column]
    /// Fields that field selectors may name, besides the name and namespace.
    var selectableFields: Set<String> = []
    /// The warning given with every answer, for deprecated versions.
    var deprecationWarning: String?
    /// Whether the definition is on its way out and takes no more objects.
    var isTerminating = false
}

extension ResourceDefinition {
    /// A custom resource as a client of this version sees it: completed by the schema it is kept under, and without
    /// what this version's schema does not know.
    ///
    /// Source: conversion strategy `None`, as real servers carry it out.
    func inItsVersion(_ document: JSONValue) -> JSONValue {
        guard let custom else { return document }
        let keptAs = document["apiVersion"]?.stringValue ?? ""
        var result = custom.schemas[keptAs]?.defaulted(document) ?? document
        guard keptAs != apiVersion else { return result }
        result["apiVersion"] = .string(apiVersion)
        return custom.schema?.pruned(result) ?? result
    }

    /// A custom resource in the version it is kept in.
    func inStorageVersion(_ document: JSONValue) -> JSONValue {
        guard let custom, document["apiVersion"]?.stringValue != custom.storageVersion else { return document }
        var result = document
        result["apiVersion"] = .string(custom.storageVersion)
        return custom.schemas[custom.storageVersion]?.pruned(result) ?? result
    }

    /// Refuses new objects while the definition waits for the last ones to go.
    func checkTakesObjects() throws(KubernetesFailure) {
        guard custom?.isTerminating ?? false else { return }
        throw KubernetesFailure(
            code: 405, reason: "MethodNotAllowed",
            message: "create not allowed while custom resource definition is terminating",
            details: ["group": .string(group), "kind": .string(plural)])
    }

    /// The verbs as discovery lists them.
    var listedVerbs: [String] {
        guard let custom else { return verbs }
        return custom.isTerminating
            ? ["delete", "deletecollection", "get", "list", "watch"]
            : ["delete", "deletecollection", "get", "list", "patch", "create", "update", "watch"]
    }
}
