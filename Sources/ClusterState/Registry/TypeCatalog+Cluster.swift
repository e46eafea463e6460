extension TypeCatalog {
    /// The types of the cluster itself and plain data, in the notation of `TypeCatalog`.
    ///
    /// Source: the field lists of the Kubernetes OpenAPI document, release 1.31.
    static let clusterText = """
        ApiextensionsV1ServiceReference = name:s namespace:s path:s port:i
        ApiextensionsV1WebhookClientConfig = caBundle:s service:ApiextensionsV1ServiceReference url:s
        AdmissionServiceReference = name:s namespace:s path:s port:i
        AdmissionClientConfig = caBundle:s service:AdmissionServiceReference url:s
        AdmissionMatchCondition = expression:s name:s
        AdmissionRule = apiGroups:[s] apiVersions:[s] operations:[s] resources:[s] scope:s
        AttachedVolume = devicePath:s name:s
        AggregationRule = clusterRoleSelectors:[LabelSelector]
        ClusterRole = aggregationRule:AggregationRule apiVersion:s kind:s metadata:ObjectMeta rules:[PolicyRule]
        ClusterRoleBinding = apiVersion:s kind:s metadata:ObjectMeta roleRef:RoleRef subjects:[RoleSubject]
        PolicyRule = apiGroups:[s] nonResourceURLs:[s] resourceNames:[s] resources:[s] verbs:[s]
        Role = apiVersion:s kind:s metadata:ObjectMeta rules:[PolicyRule]
        RoleBinding = apiVersion:s kind:s metadata:ObjectMeta roleRef:RoleRef subjects:[RoleSubject]
        RoleRef! = apiGroup:s kind:s name:s
        RoleSubject! = apiGroup:s kind:s name:s namespace:s
        Condition = lastTransitionTime:t message:s observedGeneration:l reason:s status:s type:s
        ConfigMap = apiVersion:s binaryData:{s} data:{s} immutable:b kind:s metadata:ObjectMeta
        ConfigMapNodeConfigSource = kubeletConfigKey:s name:s namespace:s resourceVersion:s uid:s
        ContainerImage = names:[s] sizeBytes:i
        CrossVersionObjectReference! = apiVersion:s kind:s name:s
        CustomResourceColumnDefinition = description:s format:s jsonPath:s name:s priority:i type:s
        CustomResourceConversion = strategy:s webhook:WebhookConversion
        CustomResourceDefinition = apiVersion:s kind:s metadata:ObjectMeta spec:CustomResourceDefinitionSpec
            status:CustomResourceDefinitionStatus
        CustomResourceDefinitionCondition = lastTransitionTime:t message:s reason:s status:s type:s
        CustomResourceDefinitionNames = categories:[s] kind:s listKind:s plural:s shortNames:[s] singular:s
        CustomResourceDefinitionSpec = conversion:CustomResourceConversion group:s
            names:CustomResourceDefinitionNames preserveUnknownFields:b scope:s
            versions:[CustomResourceDefinitionVersion]
        CustomResourceDefinitionStatus = acceptedNames:CustomResourceDefinitionNames
            conditions:[CustomResourceDefinitionCondition]//type storedVersions:[s]
        CustomResourceDefinitionVersion = additionalPrinterColumns:[CustomResourceColumnDefinition]
            deprecated:b deprecationWarning:s name:s schema:CustomResourceValidation
            selectableFields:[SelectableField] served:b storage:b subresources:CustomResourceSubresources
        CustomResourceSubresourceScale = labelSelectorPath:s specReplicasPath:s statusReplicasPath:s
        CustomResourceSubresources = scale:CustomResourceSubresourceScale status:any
        CustomResourceValidation = openAPIV3Schema:any
        DaemonEndpoint = Port:i
        Event = action:s apiVersion:s count:i eventTime:t firstTimestamp:t involvedObject:ObjectReference
            kind:s lastTimestamp:t message:s metadata:ObjectMeta reason:s related:ObjectReference
            reportingComponent:s reportingInstance:s series:EventSeries source:EventSource type:s
        EventSeries = count:i lastObservedTime:t
        EventSource = component:s host:s
        EventsEvent = action:s apiVersion:s deprecatedCount:i deprecatedFirstTimestamp:t
            deprecatedLastTimestamp:t deprecatedSource:EventSource eventTime:t kind:s metadata:ObjectMeta
            note:s reason:s regarding:ObjectReference related:ObjectReference reportingController:s
            reportingInstance:s series:EventsEventSeries type:s
        EventsEventSeries = count:i lastObservedTime:t
        LabelSelector! = matchExpressions:[LabelSelectorRequirement] matchLabels:{s}
        LabelSelectorRequirement = key:s operator:s values:[s]
        Lease = apiVersion:s kind:s metadata:ObjectMeta spec:LeaseSpec
        LeaseSpec = acquireTime:t holderIdentity:s leaseDurationSeconds:i leaseTransitions:i preferredHolder:s
            renewTime:t strategy:s
        LocalObjectReference! = name:s
        MutatingWebhook = admissionReviewVersions:[s] clientConfig:AdmissionClientConfig failurePolicy:s
            matchConditions:[AdmissionMatchCondition]/name matchPolicy:s name:s namespaceSelector:LabelSelector
            objectSelector:LabelSelector reinvocationPolicy:s rules:[AdmissionRule] sideEffects:s timeoutSeconds:i
        MutatingWebhookConfiguration = apiVersion:s kind:s metadata:ObjectMeta webhooks:[MutatingWebhook]/name
        ValidatingWebhook = admissionReviewVersions:[s] clientConfig:AdmissionClientConfig failurePolicy:s
            matchConditions:[AdmissionMatchCondition]/name matchPolicy:s name:s namespaceSelector:LabelSelector
            objectSelector:LabelSelector rules:[AdmissionRule] sideEffects:s timeoutSeconds:i
        ValidatingWebhookConfiguration = apiVersion:s kind:s metadata:ObjectMeta webhooks:[ValidatingWebhook]/name
        ModifyVolumeStatus = status:s targetVolumeAttributesClassName:s
        Namespace = apiVersion:s kind:s metadata:ObjectMeta spec:NamespaceSpec status:NamespaceStatus
        NamespaceCondition = lastTransitionTime:t message:s reason:s status:s type:s
        NamespaceSpec = finalizers:[s]
        NamespaceStatus = conditions:[NamespaceCondition]/type phase:s
        Node = apiVersion:s kind:s metadata:ObjectMeta spec:NodeSpec status:NodeStatus
        NodeAddress = address:s type:s
        NodeCondition = lastHeartbeatTime:t lastTransitionTime:t message:s reason:s status:s type:s
        NodeConfigSource = configMap:ConfigMapNodeConfigSource
        NodeConfigStatus = active:NodeConfigSource assigned:NodeConfigSource error:s
            lastKnownGood:NodeConfigSource
        NodeDaemonEndpoints = kubeletEndpoint:DaemonEndpoint
        NodeFeatures = supplementalGroupsPolicy:b
        NodeRuntimeHandler = features:NodeRuntimeHandlerFeatures name:s
        NodeRuntimeHandlerFeatures = recursiveReadOnlyMounts:b userNamespaces:b
        NodeSpec = configSource:NodeConfigSource externalID:s podCIDR:s podCIDRs:[s]/+set providerID:s
            taints:[Taint] unschedulable:b
        NodeStatus = addresses:[NodeAddress]/type allocatable:{q} capacity:{q} conditions:[NodeCondition]/type
            config:NodeConfigStatus daemonEndpoints:NodeDaemonEndpoints features:NodeFeatures
            images:[ContainerImage] nodeInfo:NodeSystemInfo phase:s runtimeHandlers:[NodeRuntimeHandler]
            volumesAttached:[AttachedVolume] volumesInUse:[s]
        NodeSystemInfo = architecture:s bootID:s containerRuntimeVersion:s kernelVersion:s kubeProxyVersion:s
            kubeletVersion:s machineID:s operatingSystem:s osImage:s systemUUID:s
        ObjectMeta = annotations:{s} creationTimestamp:t deletionGracePeriodSeconds:l deletionTimestamp:t
            finalizers:[s]/+set generateName:s generation:l labels:{s} managedFields:[any] name:s namespace:s
            ownerReferences:[OwnerReference]/uid resourceVersion:s selfLink:s uid:s
        ObjectReference! = apiVersion:s fieldPath:s kind:s name:s namespace:s resourceVersion:s uid:s
        OwnerReference! = apiVersion:s blockOwnerDeletion:b controller:b kind:s name:s uid:s
        PersistentVolumeClaim = apiVersion:s kind:s metadata:ObjectMeta spec:PersistentVolumeClaimSpec
            status:PersistentVolumeClaimStatus
        PersistentVolumeClaimCondition = lastProbeTime:t lastTransitionTime:t message:s reason:s status:s
            type:s
        PersistentVolumeClaimSpec = accessModes:[s] dataSource:TypedLocalObjectReference
            dataSourceRef:TypedObjectReference resources:VolumeResourceRequirements selector:LabelSelector
            storageClassName:s volumeAttributesClassName:s volumeMode:s volumeName:s
        PersistentVolumeClaimStatus = accessModes:[s] allocatedResourceStatuses:{s} allocatedResources:{q}
            capacity:{q} conditions:[PersistentVolumeClaimCondition]/type currentVolumeAttributesClassName:s
            modifyVolumeStatus:ModifyVolumeStatus phase:s
        PersistentVolumeClaimTemplate = metadata:ObjectMeta spec:PersistentVolumeClaimSpec
        Secret = apiVersion:s data:{s} immutable:b kind:s metadata:ObjectMeta stringData:{s} type:s
        SelectableField = jsonPath:s
        ServiceAccount = apiVersion:s automountServiceAccountToken:b
            imagePullSecrets:[LocalObjectReference]//name kind:s metadata:ObjectMeta
            secrets:[ObjectReference]/name
        Taint = effect:s key:s timeAdded:t value:s
        TypedLocalObjectReference! = apiGroup:s kind:s name:s
        TypedObjectReference = apiGroup:s kind:s name:s namespace:s
        VolumeResourceRequirements = limits:{q} requests:{q}
        WebhookConversion = clientConfig:ApiextensionsV1WebhookClientConfig conversionReviewVersions:[s]
        """
}
