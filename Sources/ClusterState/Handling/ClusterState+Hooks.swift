import JSON
import KubernetesModel

extension ClusterState {
    /// What a write to some kinds means for the server itself: a definition is served, a terminating one is cleaned up.
    mutating func afterWrite(_ document: JSONValue, _ context: RequestContext) {
        guard context.definition.kind == "CustomResourceDefinition", !context.definition.isCustom else { return }
        if document.at("metadata", "deletionTimestamp") == nil {
            serve(document, context)
        } else {
            removeInstances(of: document, context)
        }
    }

    /// What the removal of an object means: a terminating definition goes with its last instance.
    mutating func afterRemoval(_ document: JSONValue, _ context: RequestContext) {
        if context.definition.kind == "CustomResourceDefinition", !context.definition.isCustom {
            registry.remove(definedBy: KubernetesObject(document).name)
            return
        }
        guard let owner = context.definition.custom?.definitionName else { return }
        let name = CustomDefinition.resourceName
        guard let definition = stored(name, ObjectKey(name: owner)),
            definition.at("metadata", "deletionTimestamp") != nil
        else { return }
        finishDefinition(definition, context)
    }

    /// Installs what a definition defines, and says in its status that it is established.
    private mutating func serve(_ document: JSONValue, _ context: RequestContext) {
        let versions = CustomDefinition.servedVersions(of: document)
        let name = KubernetesObject(document).name
        registry.install(versions, definedBy: name)
        var established = document
        established["status"] = CustomDefinition.establishedStatus(of: document, now: context.now)
        if established["status"] != document["status"] {
            store(established, in: CustomDefinition.resourceName, at: ObjectKey(name: name))
        }
    }

    private mutating func removeInstances(of document: JSONValue, _ context: RequestContext) {
        let instances = ResourceName(
            group: document.at("spec", "group")?.stringValue ?? "",
            plural: document.at("spec", "names", "plural")?.stringValue ?? "")
        guard let definition = registry.all.first(where: { $0.storage == instances }) else {
            finishDefinition(document, context)
            return
        }
        for key in table(instances).keys {
            guard let instance = stored(instances, key),
                instance.at("metadata", "deletionTimestamp") == nil
            else { continue }
            var request = APIRequest(
                .delete, group: definition.group, version: definition.version, resource: definition.plural,
                namespace: key.namespace, name: key.name)
            request.options.fieldManager = context.request.options.fieldManager
            _ = handle(request, now: context.now)
        }
        guard let current = stored(CustomDefinition.resourceName, KubernetesObject(document).key) else { return }
        finishDefinition(current, context)
    }

    /// Lets a terminating definition go once it has no instances.
    private mutating func finishDefinition(_ document: JSONValue, _ context: RequestContext) {
        let instances = ResourceName(
            group: document.at("spec", "group")?.stringValue ?? "",
            plural: document.at("spec", "names", "plural")?.stringValue ?? "")
        guard table(instances).count == 0 else { return }
        var freed = document
        let finalizers = (document.at("metadata", "finalizers")?.arrayValue ?? [])
            .filter { $0.stringValue != CustomDefinition.cleanupFinalizer }
        freed.set(finalizers.isEmpty ? JSONValue?.none : .array(finalizers), at: "metadata", "finalizers")
        guard isFinished(freed) else { return }
        let key = KubernetesObject(document).key
        removeStored(document, from: CustomDefinition.resourceName, at: key)
        registry.remove(definedBy: key.name)
    }
}
