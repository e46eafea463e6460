import JSON

extension TableLayout {
    /// The layout of a resource's rows.
    static func of(_ definition: ResourceDefinition) -> TableLayout {
        if let custom = definition.custom { return self.custom(custom.columns) }
        switch definition.kind {
        case "Pod": return pod
        case "PodTemplate": return podTemplate
        case "ReplicaSet": return replicaSet
        case "Deployment": return deployment
        case "Job": return job
        case "HorizontalPodAutoscaler": return autoscaler
        case "PodDisruptionBudget": return disruptionBudget
        case "Service": return service
        case "Ingress": return ingress
        case "IngressClass": return ingressClass
        case "Endpoints": return endpoints
        case "EndpointSlice": return endpointSlice
        case "Namespace": return namespace
        case "Node": return node
        case "ConfigMap": return configMap
        case "Secret": return secret
        case "ServiceAccount": return serviceAccount
        case "Lease": return lease
        case "CustomResourceDefinition": return self.definition
        case "PersistentVolumeClaim": return claim
        case "Event": return event
        default: return TableLayout(columns: [.name, .age]) { [$0.name, $0.createdAgo] }
        }
    }

    /// The name and the columns that a CustomResourceDefinition declares.
    private static func custom(_ columns: [CustomVersion.Column]) -> TableLayout {
        let paths = columns.map { SimplePath($0.jsonPath) }
        let definitions = columns.map { column in
            TableColumn(
                name: column.name, type: column.type, format: column.format, description: column.description,
                priority: column.priority)
        }
        return TableLayout(columns: [.name] + definitions) { row in
            var cells = [row.name]
            for (column, path) in zip(columns, paths) {
                let value = path?.values(in: row.document).first
                cells.append(cell(value, type: column.type, row))
            }
            return cells
        }
    }

    private static func cell(_ value: JSONValue?, type: String, _ row: RowSource) -> JSONValue {
        guard let value, !value.isNull else { return nil }
        switch type {
        case "integer":
            if value.intValue != nil { return value }
            guard let number = value.doubleValue, let whole = Int(exactly: number.rounded(.towardZero)) else {
                return nil
            }
            return .number(JSONNumber(whole))
        case "number": return value.doubleValue == nil ? nil : value
        case "boolean": return value.boolValue == nil ? nil : value
        case "date":
            guard value.stringValue != nil else { return "<invalid>" }
            let age = row.age(value)
            return .string(age == "<unknown>" ? "<invalid>" : age)
        default: return .string(value.plainText)
        }
    }
}
