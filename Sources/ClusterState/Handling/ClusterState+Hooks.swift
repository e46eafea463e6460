import JSON
import KubernetesModel

extension ClusterState {
    /// What a write to some kinds means for the server itself: a definition is served, a terminating one is cleaned up.
    mutating func afterWrite(_ document: JSONValue, _ context: RequestContext) {
        guard context.definition.kind == "CustomResourceDefinition", !context.definition.isCustom else { return }
        if document.at("metadata", "deletionTimestamp") == nil {
            serve(document, now: context.now)
        } else {
            removeInstances(of: document, context)
        }
    }

    /// What the removal of an object means: a terminating definition goes with its last instance.
    mutating func afterRemoval(_ document: JSONValue, _ context: RequestContext) {
        if context.definition.kind == "CustomResourceDefinition", !context.definition.isCustom {
            stopServing(document, now: context.now)
            return
        }
        guard let owner = context.definition.custom?.definitionName else { return }
        let name = CustomDefinition.resourceName
        guard let definition = stored(name, ObjectKey(name: owner)),
            definition.at("metadata", "deletionTimestamp") != nil
        else { return }
        finishDefinition(definition, context)
    }

    /// Grants a definition its names, says so in its status, and installs what it defines.
    private mutating func serve(_ document: JSONValue, now: Timestamp) {
        let key = KubernetesObject(document).key
        let others = definitions(inGroupOf: document).filter { $0 != key }
            .compactMap { stored(CustomDefinition.resourceName, $0)?.at("status", "acceptedNames") }
        let granted = DefinitionStatus.granting(document, among: others, now: now)
        registry.install(CustomDefinition.servedVersions(of: granted), definedBy: key.name)
        if granted != document { store(granted, in: CustomDefinition.resourceName, at: key) }
    }

    /// The definitions of the same API group, in the order of their names.
    private func definitions(inGroupOf document: JSONValue) -> [ObjectKey] {
        let group = document.at("spec", "group")
        let table = table(CustomDefinition.resourceName)
        return table.keys.filter { table[$0]?.at("spec", "group") == group }
    }

    /// Forgets a definition, whose names are free for others from then on.
    private mutating func stopServing(_ document: JSONValue, now: Timestamp) {
        registry.remove(definedBy: KubernetesObject(document).name)
        for key in definitions(inGroupOf: document) {
            guard let other = stored(CustomDefinition.resourceName, key),
                other.at("metadata", "deletionTimestamp") == nil
            else { continue }
            serve(other, now: now)
        }
    }

    private mutating func removeInstances(of document: JSONValue, _ context: RequestContext) {
        registry.install(CustomDefinition.servedVersions(of: document), definedBy: KubernetesObject(document).name)
        let instances = ResourceName(
            group: document.at("spec", "group")?.stringValue ?? "",
            plural: document.at("spec", "names", "plural")?.stringValue ?? "")
        let definition = registry.all.first {
            $0.storage == instances && $0.custom?.definitionName == KubernetesObject(document).name
        }
        guard let definition else {
            finishDefinition(document, context)
            return
        }
        var current = document
        DefinitionStatus.terminating(&current, .inProgress, now: context.now)
        if current != document {
            current = store(current, in: CustomDefinition.resourceName, at: KubernetesObject(document).key)
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
        DefinitionStatus.terminating(&freed, .completed, now: context.now)
        let key = KubernetesObject(document).key
        guard isFinished(freed) else {
            if freed != document { store(freed, in: CustomDefinition.resourceName, at: key) }
            return
        }
        removeStored(freed, from: CustomDefinition.resourceName, at: key)
        stopServing(document, now: context.now)
    }
}
