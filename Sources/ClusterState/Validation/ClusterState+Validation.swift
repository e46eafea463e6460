import JSON
import KubernetesModel

extension ClusterState {
    /// What is wrong with an object that is about to be stored; `old` is what it replaces.
    func validationErrors(_ document: JSONValue, old: JSONValue?, _ context: RequestContext) -> [FieldError] {
        let definition = context.definition
        var errors = MetadataValidation.errors(document, old: old, definition: definition)
        if let custom = definition.custom {
            // Metadata of what is there already is checked three times.
            if old != nil { errors += errors + errors }
            errors += custom.schema?.errors(document) ?? []
            if let scale = definition.scale {
                errors += ScaleRules.errors(document, scale, isStatusOnly: context.request.subresource == "status")
            }
            return errors
        }
        if context.request.subresource == "status", definition.kind == "ReplicaSet" {
            errors += WorkloadValidation.statusErrors(document)
        }
        if definition.kind == "CustomResourceDefinition" {
            let isStatus = context.request.subresource == "status"
            return isStatus ? errors : errors + DefinitionValidation.errors(document, old: old)
        }
        guard context.request.subresource != "status", context.request.subresource != "finalize" else { return errors }
        if let old, unchanged(document, old) { return errors }
        switch definition.kind {
        case "Node": errors += NodeValidation.errors(document, old: old)
        case "Pod": errors += PodValidation.errors(document, old: old)
        case "ReplicaSet", "Deployment", "Job": errors += WorkloadValidation.errors(document, old: old, definition)
        case "PodTemplate": errors += WorkloadValidation.templateErrors(document)
        case "PodDisruptionBudget": errors += WorkloadValidation.budgetErrors(document)
        case "HorizontalPodAutoscaler": errors += WorkloadValidation.autoscalerErrors(document)
        case "Service": errors += ServiceValidation.errors(document, old: old)
        case "Endpoints": errors += EndpointValidation.endpointsErrors(document)
        case "EndpointSlice": errors += EndpointValidation.sliceErrors(document, old: old)
        case "Ingress": errors += IngressValidation.errors(document, old: old)
        case "IngressClass": errors += IngressValidation.classErrors(document, old: old)
        case "ConfigMap", "Secret": errors += DataValidation.errors(document, old: old)
        case "Lease": errors += DataValidation.leaseErrors(document)
        case "MutatingWebhookConfiguration": errors += WebhookValidation.errors(document, isMutating: true)
        case "ValidatingWebhookConfiguration": errors += WebhookValidation.errors(document, isMutating: false)
        case "Event": errors += DataValidation.eventErrors(document)
        default: break
        }
        return errors
    }

    /// Whether nothing but metadata and status differs, so that what was valid still is.
    private func unchanged(_ document: JSONValue, _ old: JSONValue) -> Bool {
        func wanted(_ value: JSONValue) -> JSONObject {
            var object = value.objectValue ?? [:]
            object.removeAll { ["metadata", "status", "apiVersion", "kind"].contains($0.key) }
            return object
        }
        return wanted(document) == wanted(old)
    }
}
